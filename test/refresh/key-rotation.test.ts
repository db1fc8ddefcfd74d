import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OAuthError, oauthPasswordGrant, type OAuthEvent } from '../../lib/index.js'
import { startTokenServer, testOptions } from '../start-server.js'
import { freshDirectory } from '../stores/opened-store.js'
import { forkServer } from './forked-server.js'
import { logIn, type Tokens } from '../log-in.js'
import { INVALID_GRANT, refresh, refreshed, statusOf } from './token-client.js'

const SCOPE = 'contacts.read'
const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
const keyIdOf = (token: string) => decodeProtectedHeader(token).kid

async function reload(url: string, keys: readonly object[]): Promise<{ status: number; list: unknown }> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/keys`, { method: 'PUT', headers, body: JSON.stringify(keys) })
  return { status: response.status, list: await response.json() }
}

test('Two processes that change their keys at different times, under load, end no session and refuse nothing.', async () => {
  const place = { kind: 'sqlite', driver: '@photostructure/sqlite', file: `${freshDirectory()}/grants.db` } as const
  const older = { key: key(), keyId: 'older' }
  const younger = { key: key(), keyId: 'younger' }
  const servers = await Promise.all([forkServer('sqlite'), forkServer('sqlite')])
  onTestFinished(() => {
    for (const server of servers) server.kill()
  })
  const urls = await Promise.all(
    servers.map((server) => server.serve(place, { retryWindow: '10s', maxPerSubject: false }, [older])),
  )
  const [first = '', second = ''] = urls

  const keyIds = new Set<string | undefined>()
  let requests = 0
  let isOver = false
  /** A session that wanders between the processes. */
  async function wander(seed: number): Promise<Tokens> {
    const anyUrl = () => urls[(seed = (seed * 1_103_515_245 + 12_345) >>> 0) % 2 === 0 ? 0 : 1] ?? ''
    let tokens = await logIn(anyUrl(), { scope: SCOPE })
    while (!isOver) {
      tokens = await refreshed(anyUrl(), tokens.refresh)
      expect(await statusOf(`${anyUrl()}/guarded`, tokens.access)).toBe(200)
      expect(await statusOf(`${anyUrl()}/living`, tokens.access)).toBe(200)
      await logIn(anyUrl(), { scope: SCOPE })
      keyIds.add(keyIdOf(tokens.access)).add(keyIdOf(tokens.refresh))
      requests += 4
    }
    return tokens
  }
  const sessions = Array.from({ length: 6 }, (_, index) => wander(index + 1))
  const failed = Promise.all(sessions)
  failed.catch(() => (isOver = true))

  await sleep(300)
  const signsFrom = new Date(Date.now() + 5_000).toISOString()
  expect((await reload(first, [{ ...younger, signsFrom }, older])).status).toBe(200)
  await vi.waitFor(() => {
    expect(keyIds).toEqual(new Set(['older']))
  }, 4_000)
  expect((await reload(second, [{ ...younger, signsFrom }, older])).list).toMatchObject([
    { keyId: 'younger', signs: false, signsFrom },
    { keyId: 'older', signs: true },
  ])
  await vi.waitFor(() => {
    expect(keyIds).toEqual(new Set(['older', 'younger']))
  }, 20_000)
  // What was under way when the younger began to sign is over.
  await sleep(1_500)
  keyIds.clear()
  await sleep(500)
  await reload(second, [younger])
  await sleep(400)
  await reload(first, [younger])
  await sleep(500)
  isOver = true
  const last = await failed

  expect(keyIds).toEqual(new Set(['younger']))
  expect(requests).toBeGreaterThan(100)
  for (const { refresh: token } of last) await refreshed(first, token)
  expect(servers.flatMap(({ errors }) => errors)).toEqual([])
  expect(servers.flatMap(({ events }) => events).filter(({ type }) => type.startsWith('refresh'))).toEqual([])
})

test('A retry that comes after another key began to sign gets the same generation, signed by that key.', async () => {
  const older = { key: key(), keyId: 'older' }
  const younger = { key: key(), keyId: 'younger' }
  const { url, oauth } = await startTokenServer({ signingKeys: [older] })
  const { refresh: token } = await logIn(url, { scope: SCOPE })
  const before = await refreshed(url, token)
  await oauth.keys.reload([younger, older])
  const retried = await refreshed(url, token)
  expect([keyIdOf(before.refresh), keyIdOf(retried.refresh)]).toEqual(['older', 'younger'])
  await refreshed(url, before.refresh)
  expect((await refresh(url, retried.refresh)).status).toBe(200)
  expect(await oauth.grants.list('alice')).toHaveLength(1)
})

test('A key that is taken away too early refuses what it signed, and is no trouble.', async () => {
  const errors: unknown[] = []
  const { url, oauth } = await startTokenServer(
    { signingKeys: [{ key: key(), keyId: 'older' }], onError: (error) => errors.push(error) },
    {
      after: (app, one) => {
        app.get('/guarded', one.requireAccessToken(), (_request, response) => {
          response.json([])
        })
      },
    },
  )
  const { refresh: token, access } = await logIn(url)
  expect(await statusOf(`${url}/guarded`, access)).toBe(200)
  expect(await statusOf(`${url}/guarded`, access)).toBe(200)
  await oauth.keys.reload([{ key: key(), keyId: 'younger' }])
  expect((await refresh(url, token)).body).toEqual(INVALID_GRANT)
  expect(await statusOf(`${url}/guarded`, access)).toBe(401)
  expect(errors).toEqual([])
})

test('With a secret of their own, refresh tokens outlive every signing key.', async () => {
  const { url, oauth } = await startTokenServer({
    signingKeys: key(),
    refreshTokens: { secret: 'refresh-secret-of-32-bytes-or-more!' },
  })
  const { refresh: token } = await logIn(url)
  await oauth.keys.reload(key())
  expect((await refresh(url, token)).status).toBe(200)
})

test('Keys that are wrong change nothing, and reload says what is wrong with them.', async () => {
  const events: OAuthEvent[] = []
  const secret = 'refresh-secret-of-32-bytes-or-more!'
  const { url, oauth } = await startTokenServer({
    signingKeys: { key: key(), keyId: 'good' },
    refreshTokens: { secret },
    onEvent: (event) => events.push(event),
  })
  const { refresh: token } = await logIn(url)
  const far = new Date(Date.now() + 60_000)
  await expect(oauth.keys.reload()).rejects.toThrow(/^oauth\.keys\.reload\(\) has no keys/)
  await expect(oauth.keys.reload([])).rejects.toThrow(/^signingKeys is an empty array/)
  await expect(oauth.keys.reload('short')).rejects.toThrow(/^signingKeys must be a secret of at least 32 bytes/)
  await expect(oauth.keys.reload(secret)).rejects.toThrow(/^signingKeys is the same secret as refreshTokens\.secret,/)
  await expect(oauth.keys.reload({ key: key(), signsFrom: far })).rejects.toThrow(/has no key that signs yet/)
  expect(oauth.keys.list()).toEqual([{ keyId: 'good', algorithm: 'ES256', signsFrom: undefined, signs: true }])
  expect((await refresh(url, token)).status).toBe(200)
  expect(events.filter(({ type }) => type === 'keys_replaced')).toEqual([])
})

test('A function is asked at start-up and at each reload, and its failure changes nothing.', async () => {
  const events: OAuthEvent[] = []
  const answers: (() => object | Promise<object>)[] = [
    () => ({ key: key(), keyId: 'one' }),
    () => Promise.resolve([{ key: key(), keyId: 'two' }]),
    () => Promise.reject(new OAuthError('server_error', 'the vault is sealed')),
  ]
  const oauth = oauthPasswordGrant({
    ...testOptions(),
    signingKeys: () => (answers.shift() ?? (() => ({})))() as { key: string },
    onEvent: (event) => events.push(event),
  })
  expect(oauth.keys.list().map(({ keyId }) => keyId)).toEqual(['one'])
  await oauth.keys.reload()
  expect(oauth.keys.list().map(({ keyId }) => keyId)).toEqual(['two'])
  await expect(oauth.keys.reload()).rejects.toThrow('the vault is sealed')
  expect(oauth.keys.list().map(({ keyId }) => keyId)).toEqual(['two'])
  expect(events).toMatchObject([{ type: 'keys_replaced', keyIds: ['two'], signingKeyId: 'two' }])
})

test('A signingKeys function that returns a promise throws at start-up.', () => {
  expect(() => oauthPasswordGrant({ ...testOptions(), signingKeys: () => Promise.reject(new Error('late')) })).toThrow(
    /^signingKeys\(\) is a promise/,
  )
})
