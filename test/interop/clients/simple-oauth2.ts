import { ResourceOwnerPassword } from 'simple-oauth2'
import type { Exchange, Outcome, StrangersClient } from '../strangers-client.js'

/** simple-oauth2 form-encodes Basic credentials in its `strict` mode, the default, and sends them raw in its `loose` one. */
export function simpleOauth2(credentialsEncodingMode: 'strict' | 'loose'): StrangersClient {
  return {
    name: `simple-oauth2 5, ${credentialsEncodingMode}`,
    ways: credentialsEncodingMode === 'strict' ? ['basic', 'body'] : ['basic'],
    encodesBasic: credentialsEncodingMode === 'strict',
    exchange: (wanted) => exchange(wanted, credentialsEncodingMode),
  }
}

async function exchange(wanted: Exchange, credentialsEncodingMode: 'strict' | 'loose'): Promise<Outcome> {
  const { url, way, clientId, clientSecret, username, password, scope } = wanted
  const client = new ResourceOwnerPassword({
    client: { id: clientId, secret: clientSecret },
    auth: { tokenHost: url, tokenPath: '/token' },
    options: { authorizationMethod: way === 'basic' ? 'header' : 'body', credentialsEncodingMode },
  })
  try {
    const login = await client.getToken({ username, password, ...(scope === undefined ? {} : { scope }) })
    const outcome = { accessToken: String(login.token.access_token), scope: String(login.token.scope) }
    if (!wanted.refresh) return outcome
    const refreshed = await login.refresh()
    return { ...outcome, refreshedAccessToken: String(refreshed.token.access_token) }
  } catch (error) {
    return { error: errorCode(error) }
  }
}

/** It rejects with a Boom error that carries the answer's body. */
function errorCode(error: unknown): string {
  const payload: unknown = Reflect.get(Object(Reflect.get(Object(error), 'data')), 'payload')
  const code: unknown = Reflect.get(Object(payload), 'error')
  if (typeof code !== 'string') throw error
  return code
}
