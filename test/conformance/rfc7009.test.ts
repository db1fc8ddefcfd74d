import { describe, expect, test } from 'vitest'
import { MemoryGrantStore } from '../../lib/index.js'
import {
  alice,
  basic,
  nativeApp,
  otherBackend,
  postForm,
  requestToken,
  startTokenServer,
  webBackend,
} from '../start-server.js'

const credentials = basic(webBackend)

async function logIn(url: string): Promise<{ access_token: string; refresh_token: string }> {
  const { body } = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
  return { access_token: String(body['access_token']), refresh_token: String(body['refresh_token']) }
}

function revoke(url: string, form: Record<string, string> | string, headers: Record<string, string> = credentials) {
  return postForm(`${url}/revoke`, form, headers)
}

/** Whether the access token is active and the refresh token still good. */
async function alive(url: string, tokens: { access_token: string; refresh_token: string }): Promise<unknown[]> {
  const introspected = await postForm(`${url}/introspect`, { token: tokens.access_token }, credentials)
  const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
  return [introspected.body['active'], (await requestToken(url, form, credentials)).status === 200]
}

describe('RFC 7009 section 2.1: revocation request', () => {
  test('token is REQUIRED', async () => {
    const { url } = await startTokenServer()
    for (const form of [{}, { token: '' }, { token_type_hint: 'refresh_token' }]) {
      const { status, body } = await revoke(url, form)
      expect([status, body['error']]).toEqual([400, 'invalid_request'])
    }
  })

  test('the server MUST support the revocation of refresh tokens, and access tokens of the same grant end too', async () => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    expect((await revoke(url, { token: tokens.refresh_token })).status).toBe(200)
    expect(await alive(url, tokens)).toEqual([false, false])
  })

  test('it SHOULD support the revocation of access tokens, and MAY revoke the refresh token as well', async () => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    expect((await revoke(url, { token: tokens.access_token })).status).toBe(200)
    expect(await alive(url, tokens)).toEqual([false, false])
  })

  test('another login of the same user goes on', async () => {
    const { url } = await startTokenServer()
    const [tokens, others] = [await logIn(url), await logIn(url)]
    await revoke(url, { token: tokens.refresh_token })
    expect(await alive(url, others)).toEqual([true, true])
  })

  test.for([
    ['access_token', 'refresh_token'],
    ['refresh_token', 'access_token'],
    ['access_token', 'pat'],
    ['refresh_token', 'refresh_token'],
  ] as const)('token_type_hint is a hint: %s, called a %s, is found', async ([kind, hint]) => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    expect((await revoke(url, { token: tokens[kind], token_type_hint: hint })).status).toBe(200)
    expect(await alive(url, tokens)).toEqual([false, false])
  })

  test('a spent refresh token revokes what it led to', async () => {
    const { url } = await startTokenServer()
    const first = await logIn(url)
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    const { body } = await requestToken(url, form, credentials)
    await revoke(url, { token: first.refresh_token })
    const second = { access_token: String(body['access_token']), refresh_token: String(body['refresh_token']) }
    expect(await alive(url, second)).toEqual([false, false])
  })

  test('the server first validates the client credentials', async () => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    for (const headers of [{}, basic({ id: webBackend.id, secret: 'wrong' }), { authorization: 'Bearer abc' }]) {
      const refused = await revoke(url, { token: tokens.refresh_token }, headers)
      expect([refused.status, refused.body['error']]).toEqual([401, 'invalid_client'])
      expect(refused.headers.get('www-authenticate')).toBe('Basic realm="oauth", charset="UTF-8"')
    }
    expect(await alive(url, tokens)).toEqual([true, true])
  })

  test('client credentials in the body are as good', async () => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    const inBody = { client_id: webBackend.id, client_secret: webBackend.secret }
    expect((await revoke(url, { token: tokens.refresh_token, ...inBody }, {})).status).toBe(200)
    expect(await alive(url, tokens)).toEqual([false, false])
  })

  test('a token that was issued to another client is not revoked', async () => {
    const { url } = await startTokenServer()
    const tokens = await logIn(url)
    await revoke(url, { token: tokens.refresh_token }, basic(otherBackend))
    await revoke(url, { token: tokens.access_token }, basic(otherBackend))
    await revoke(url, { token: tokens.access_token, client_id: nativeApp.id }, {})
    expect(await alive(url, tokens)).toEqual([true, true])
  })

  test('a public client revokes its own', async () => {
    const { url } = await startTokenServer()
    const asPublic = { client_id: nativeApp.id }
    const { body } = await requestToken(url, { grant_type: 'password', ...alice, ...asPublic })
    const refresh_token = String(body['refresh_token'])
    expect((await revoke(url, { token: refresh_token, ...asPublic }, {})).status).toBe(200)
    expect((await requestToken(url, { grant_type: 'refresh_token', refresh_token, ...asPublic })).status).toBe(400)
  })

  test('the request is a POST of a form, and its parameters come once and in the body', async () => {
    const { url } = await startTokenServer()
    const { refresh_token } = await logIn(url)
    const got = await fetch(`${url}/revoke?token=${refresh_token}`, { headers: credentials })
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    const json = await postForm(`${url}/revoke`, '{}', { ...credentials, 'content-type': 'application/json' })
    expect(json.status).toBe(415)
    expect((await revoke(url, `token=${refresh_token}&token=${refresh_token}`)).status).toBe(400)
    expect((await postForm(`${url}/revoke?token=${refresh_token}`, {}, credentials)).status).toBe(400)
  })
})

describe('RFC 7009 section 2.2: revocation response', () => {
  test('200 where the token was revoked, is invalid, is unknown or is revoked already', async () => {
    const { url } = await startTokenServer()
    const { refresh_token } = await logIn(url)
    for (const token of ['nonsense', 'a.b.c', refresh_token, refresh_token, `${refresh_token}x`]) {
      expect((await revoke(url, { token })).status).toBe(200)
    }
  })

  test('the answer says application/json and is not cacheable', async () => {
    const { url } = await startTokenServer()
    const { headers, text } = await revoke(url, { token: 'nonsense' })
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text).toBe('{}')
  })
})

describe('RFC 7009 section 2.2.1: error response', () => {
  test('a server that cannot say answers 503 with Retry-After, and the token still exists', async () => {
    const grantStore = new MemoryGrantStore()
    let away = false
    const revokeGrant = grantStore.revoke.bind(grantStore)
    grantStore.revoke = (...given) => {
      if (away) throw new Error('the database is away')
      return revokeGrant(...given)
    }
    const { url } = await startTokenServer({ grantStore, onError: () => undefined })
    const tokens = await logIn(url)
    away = true
    const { status, headers, body, text } = await revoke(url, { token: tokens.refresh_token })
    expect([status, body['error']]).toEqual([503, 'temporarily_unavailable'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(text).not.toContain('database')
    away = false
    expect(await alive(url, tokens)).toEqual([true, true])
  })
})
