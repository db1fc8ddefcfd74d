import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { alice, basic, nativeApp, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const credentials = basic(webBackend)
const invalidGrant = [400, 'invalid_grant']

afterEach(() => {
  vi.useRealTimers()
})

/** Moves the clock and nothing else: timers and sockets run on. */
function passTime(seconds: number): void {
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(now + seconds * 1000)
}

async function logIn(url: string, scope = 'contacts.read contacts.write'): Promise<string> {
  const { body } = await requestToken(url, { grant_type: 'password', ...alice, scope }, credentials)
  return String(body['refresh_token'])
}

function refresh(
  url: string,
  refresh_token: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = credentials,
) {
  return requestToken(url, { grant_type: 'refresh_token', refresh_token, ...more }, headers)
}

async function refused(answer: ReturnType<typeof refresh>): Promise<unknown[]> {
  const { status, body } = await answer
  return [status, body['error']]
}

describe('RFC 6749 section 6: refreshing an access token', () => {
  test('a valid and authorized request is issued an access token as in section 5.1', async () => {
    const { url } = await startTokenServer()
    const { status, body, headers } = await refresh(url, await logIn(url))
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token', 'refresh_token', 'scope'])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ sub: 'alice', client_id: 'web-backend' })
  })

  test('refresh_token is REQUIRED', async () => {
    const { url } = await startTokenServer()
    expect(await refused(requestToken(url, { grant_type: 'refresh_token' }, credentials))).toEqual([
      400,
      'invalid_request',
    ])
    expect(await refused(refresh(url, ''))).toEqual([400, 'invalid_request'])
  })

  test('scope, if omitted, is treated as equal to the scope originally granted', async () => {
    const { url } = await startTokenServer()
    expect((await refresh(url, await logIn(url))).body['scope']).toBe('contacts.read contacts.write')
  })

  test('the requested scope MUST NOT include any scope not originally granted', async () => {
    const { url } = await startTokenServer()
    const token = await logIn(url, 'contacts.read')
    const wider = refresh(url, token, { scope: 'contacts.read contacts.write' })
    expect(await refused(wider)).toEqual([400, 'invalid_scope'])
    expect((await refresh(url, token)).status).toBe(200)
  })

  test('a narrower scope is that of the access token', async () => {
    const { url } = await startTokenServer()
    const { body } = await refresh(url, await logIn(url), { scope: 'contacts.read' })
    expect(body['scope']).toBe('contacts.read')
    expect(decodeJwt(String(body['access_token']))['scope']).toBe('contacts.read')
  })

  test('the scope of a new refresh token MUST be identical to that of the one included by the client', async () => {
    const { url } = await startTokenServer()
    const narrowed = await refresh(url, await logIn(url), { scope: 'contacts.read' })
    const again = await refresh(url, String(narrowed.body['refresh_token']))
    expect(again.body['scope']).toBe('contacts.read contacts.write')
  })

  test('the client MUST authenticate if it is confidential', async () => {
    const { url } = await startTokenServer()
    const token = await logIn(url)
    expect(await refused(refresh(url, token, {}, {}))).toEqual([401, 'invalid_client'])
    expect(await refused(refresh(url, token, { client_id: webBackend.id }, {}))).toEqual([401, 'invalid_client'])
    expect((await refresh(url, token)).status).toBe(200)
  })

  test('the refresh token is bound to the client to which it was issued', async () => {
    const { url } = await startTokenServer()
    const token = await logIn(url)
    expect(await refused(refresh(url, token, {}, basic(otherBackend)))).toEqual(invalidGrant)
    expect(await refused(refresh(url, token, { client_id: nativeApp.id }, {}))).toEqual(invalidGrant)
    expect((await refresh(url, token)).status).toBe(200)
  })

  test('a public client refreshes what it was issued', async () => {
    const { url } = await startTokenServer()
    const asPublic = { client_id: nativeApp.id }
    const login = await requestToken(url, { grant_type: 'password', ...alice, ...asPublic })
    expect((await refresh(url, String(login.body['refresh_token']), asPublic, {})).status).toBe(200)
  })

  test('the server MUST validate the refresh token: every way to fail gives the same bytes', async () => {
    const { url } = await startTokenServer()
    const token = await logIn(url)
    const [header = '', payload = '', signature = ''] = token.split('.')
    const none = Buffer.from('{"alg":"none","typ":"rt+jwt"}').toString('base64url')
    const login = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
    const bad = [
      'nonsense',
      'a.b.c',
      `${header}.${payload}.${signature.slice(1)}A`,
      `${header}.${payload}.`,
      `${none}.${payload}.`,
      `${token}.x`,
      `${token} `,
      String(login.body['access_token']),
    ]
    const answers = await Promise.all(bad.map((one) => refresh(url, one)))
    for (const { status, text } of answers) expect([status, text]).toEqual([400, answers[0]?.text])
    expect(answers[0]?.body['error']).toBe('invalid_grant')
    expect((await refresh(url, token)).status).toBe(200)
  })

  test('an expired refresh token is invalid', async () => {
    const { url } = await startTokenServer({ refreshTokens: { lifetime: '1h', idleLifetime: '10m' } })
    const token = await logIn(url)
    passTime(601)
    expect(await refused(refresh(url, token))).toEqual(invalidGrant)
  })

  test('a grant ends though it is refreshed in time', async () => {
    const { url } = await startTokenServer({ refreshTokens: { lifetime: '15m', idleLifetime: '10m' } })
    const first = await logIn(url)
    passTime(500)
    const second = await refresh(url, first)
    expect(second.status).toBe(200)
    passTime(401)
    expect(await refused(refresh(url, String(second.body['refresh_token'])))).toEqual(invalidGrant)
  })

  test('a revoked refresh token is invalid', async () => {
    const { url, oauth } = await startTokenServer()
    const token = await logIn(url)
    await oauth.grants.revokeAll('alice')
    expect(await refused(refresh(url, token))).toEqual(invalidGrant)
  })
})

describe('RFC 6749 section 10.4: refresh token rotation tells a stolen token from the other', () => {
  test('a new refresh token is issued with every access token refresh response', async () => {
    const { url } = await startTokenServer()
    const first = await logIn(url)
    const second = await refresh(url, first)
    expect(second.body['refresh_token']).not.toBe(first)
    expect((await refresh(url, String(second.body['refresh_token']))).status).toBe(200)
  })

  test('a previous token that comes again after the retry window ends the grant (RFC 9700 section 4.14.2)', async () => {
    const { url } = await startTokenServer()
    const first = await logIn(url)
    const second = String((await refresh(url, first)).body['refresh_token'])
    const third = String((await refresh(url, second)).body['refresh_token'])
    passTime(11)
    expect(await refused(refresh(url, first))).toEqual(invalidGrant)
    expect(await refused(refresh(url, third))).toEqual(invalidGrant)
  })

  test('the token just before, after the retry window, is a replay as well', async () => {
    const { url } = await startTokenServer()
    const first = await logIn(url)
    const second = String((await refresh(url, first)).body['refresh_token'])
    passTime(11)
    expect(await refused(refresh(url, first))).toEqual(invalidGrant)
    expect(await refused(refresh(url, second))).toEqual(invalidGrant)
  })

  test('the token just before, within the retry window, gets the same successor', async () => {
    const { url } = await startTokenServer()
    const first = await logIn(url)
    const lost = await refresh(url, first)
    const retried = await refresh(url, first)
    expect(retried.body['refresh_token']).toBe(lost.body['refresh_token'])
    expect(retried.body['access_token']).not.toBe(lost.body['access_token'])
  })
})
