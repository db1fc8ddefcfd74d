import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import type { Exchange, Outcome, StrangersClient } from '../strangers-client.js'

const run = promisify(execFile)

export const curl: StrangersClient = {
  name: 'curl',
  ways: ['basic', 'body'],
  encodesBasic: false,
  ...(spawnSync('curl', ['--version']).status === 0 ? {} : { missing: 'curl' }),
  exchange,
}

async function exchange(wanted: Exchange): Promise<Outcome> {
  const { username, password, scope } = wanted
  const login = await post(wanted, {
    grant_type: 'password',
    username,
    password,
    ...(scope === undefined ? {} : { scope }),
  })
  if (login.error !== undefined) return { error: login.error }
  const outcome = {
    ...(login.access_token === undefined ? {} : { accessToken: login.access_token }),
    ...(login.scope === undefined ? {} : { scope: login.scope }),
  }
  if (!wanted.refresh) return outcome
  const refreshed = await post(wanted, { grant_type: 'refresh_token', refresh_token: login.refresh_token ?? '' })
  if (refreshed.error !== undefined) return { error: refreshed.error }
  return refreshed.access_token === undefined ? outcome : { ...outcome, refreshedAccessToken: refreshed.access_token }
}

async function post(wanted: Exchange, form: Record<string, string>): Promise<Partial<Record<string, string>>> {
  const { url, way, clientId, clientSecret } = wanted
  const fields = way === 'basic' ? form : { ...form, client_id: clientId, client_secret: clientSecret }
  const credentials = way === 'basic' ? ['-u', `${clientId}:${clientSecret}`] : []
  const data = Object.entries(fields).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`])
  const { stdout } = await run('curl', ['-sS', ...credentials, ...data, `${url}/token`])
  return JSON.parse(stdout) as Partial<Record<string, string>> // the boundary: the answer's members that are text
}
