import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  alice,
  audience,
  basic,
  issuer,
  nativeApp,
  otherBackend,
  postForm,
  requestToken,
  signingSecret,
  startTokenServer,
  webBackend,
} from '../start-server.js'

const credentials = basic(webBackend)
const inactive = { active: false }

afterEach(() => {
  vi.useRealTimers()
})

async function logIn(url: string): Promise<{ access_token: string; refresh_token: string }> {
  const { body } = await requestToken(url, { grant_type: 'password', ...alice, scope: 'contacts.read' }, credentials)
  return { access_token: String(body['access_token']), refresh_token: String(body['refresh_token']) }
}

function introspect(
  url: string,
  token: string,
  headers: Record<string, string> = credentials,
  more: Record<string, string> = {},
) {
  return postForm(`${url}/introspect`, { token, ...more }, headers)
}

describe('RFC 7662 section 2.1: introspection request', () => {
  test('token is REQUIRED', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await introspect(url, '')
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test.for(['access_token', 'refresh_token', 'nonsense'])('token_type_hint is a hint: %s', async (token_type_hint) => {
    const { url } = await startTokenServer()
    const { access_token, refresh_token } = await logIn(url)
    expect((await introspect(url, access_token, credentials, { token_type_hint })).body['active']).toBe(true)
    expect((await introspect(url, refresh_token, credentials, { token_type_hint })).body['active']).toBe(true)
  })

  test('the endpoint MUST require some form of authorization: invalid_client (section 2.3)', async () => {
    const { url } = await startTokenServer()
    const { access_token } = await logIn(url)
    for (const headers of [
      {},
      basic({ id: webBackend.id, secret: 'wrong' }),
      { authorization: `Bearer ${access_token}` },
    ]) {
      const { status, body, headers: answered } = await introspect(url, access_token, headers)
      expect([status, body['error']]).toEqual([401, 'invalid_client'])
      expect(answered.get('www-authenticate')).toBe('Basic realm="oauth", charset="UTF-8"')
    }
  })

  test('a public client, which anybody can claim to be, learns nothing, not even of its own tokens', async () => {
    const { url } = await startTokenServer()
    const asPublic = { client_id: nativeApp.id }
    const { body } = await requestToken(url, { grant_type: 'password', ...alice, ...asPublic })
    const answer = await introspect(url, String(body['access_token']), {}, asPublic)
    expect(answer.body['active']).not.toBe(true)
    expect(answer.body).not.toHaveProperty('sub')
  })

  test('the request is a POST of a form, and its parameters come once and in the body', async () => {
    const { url } = await startTokenServer()
    const { access_token } = await logIn(url)
    const got = await fetch(`${url}/introspect?token=${access_token}`, { headers: credentials })
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(
      (await postForm(`${url}/introspect`, '{}', { ...credentials, 'content-type': 'application/json' })).status,
    ).toBe(415)
    const twice = `token=${access_token}&token=${access_token}`
    expect((await postForm(`${url}/introspect`, twice, credentials)).status).toBe(400)
    expect((await postForm(`${url}/introspect?token=${access_token}`, {}, credentials)).status).toBe(400)
  })
})

describe('RFC 7662 section 2.2: introspection response', () => {
  test('active is REQUIRED, and with it stand the claims of the access token; token_type is that of RFC 6749', async () => {
    const { url } = await startTokenServer()
    const { access_token } = await logIn(url)
    const { status, body, headers } = await introspect(url, access_token)
    const { exp, iat, nbf, jti } = decodeJwt(access_token)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({
      active: true,
      scope: 'contacts.read',
      client_id: webBackend.id,
      token_type: 'Bearer',
      sub: 'alice',
      aud: audience,
      iss: issuer,
      exp,
      iat,
      nbf,
      jti,
    })
  })

  test("a refresh token of one's own is active and not called Bearer", async () => {
    const { url } = await startTokenServer()
    const { refresh_token } = await logIn(url)
    const { body } = await introspect(url, refresh_token)
    expect(body).toMatchObject({ active: true, client_id: webBackend.id, sub: 'alice', scope: 'contacts.read' })
    expect(body['token_type']).not.toBe('Bearer')
  })

  test('a token that the caller may not introspect is {"active": false} and nothing more', async () => {
    const { url } = await startTokenServer()
    const { access_token, refresh_token } = await logIn(url)
    expect((await introspect(url, access_token, basic(otherBackend))).body).toEqual(inactive)
    expect((await introspect(url, refresh_token, basic(otherBackend))).body).toEqual(inactive)
  })

  test('a resource server introspects access tokens of the audience that it is registered for, and no refresh token', async () => {
    const contactsApi = { ...otherBackend, grantTypes: [], introspectionAudiences: [audience] }
    const { url } = await startTokenServer({ clients: [webBackend, contactsApi] })
    const { access_token, refresh_token } = await logIn(url)
    expect((await introspect(url, access_token, basic(contactsApi))).body).toMatchObject({ active: true, sub: 'alice' })
    expect((await introspect(url, refresh_token, basic(contactsApi))).body).toEqual(inactive)
  })

  test('and those of no other audience', async () => {
    const elsewhere = { ...otherBackend, introspectionAudiences: ['https://elsewhere.example'] }
    const { url } = await startTokenServer({ clients: [webBackend, elsewhere] })
    const { access_token } = await logIn(url)
    expect((await introspect(url, access_token, basic(elsewhere))).body).toEqual(inactive)
  })
})

describe('RFC 7662 section 2.2: implementations MAY extend this structure with members of their own', () => {
  test('claims that the application added are among them, and never stand for active or token_type', async () => {
    const { url } = await startTokenServer({
      accessTokenClaims: () => ({ roles: ['admin'], active: false, token_type: 'other' }),
    })
    const { status, body } = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
    expect(status).toBe(200)
    const introspected = await introspect(url, String(body['access_token']))
    expect(introspected.body).toMatchObject({ active: true, token_type: 'Bearer', roles: ['admin'] })
  })
})

describe('RFC 7662 section 4: the server MUST perform all applicable checks against a token state', () => {
  test('whether it has expired', async () => {
    const { url } = await startTokenServer({ accessTokenLifetime: 60 })
    const { access_token } = await logIn(url)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    expect((await introspect(url, access_token)).body).toEqual(inactive)
  })

  test('whether it has been revoked', async () => {
    const { url, oauth } = await startTokenServer()
    const { access_token, refresh_token } = await logIn(url)
    await oauth.grants.revokeAll('alice')
    expect((await introspect(url, access_token)).body).toEqual(inactive)
    expect((await introspect(url, refresh_token)).body).toEqual(inactive)
  })

  test('whether it is the living one: a spent refresh token is not', async () => {
    const { url } = await startTokenServer()
    const { refresh_token } = await logIn(url)
    await requestToken(url, { grant_type: 'refresh_token', refresh_token }, credentials)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11_000 })
    expect((await introspect(url, refresh_token)).body).toEqual(inactive)
  })

  test('whether its signature is good, its typ ours and its algorithm not none', async () => {
    const { url } = await startTokenServer()
    const { access_token } = await logIn(url)
    const living = decodeJwt(access_token)
    const { kid = '' } = decodeProtectedHeader(access_token)
    const sign = (typ: string, secret = signingSecret, said = living, alg = 'HS256') =>
      new SignJWT(said).setProtectedHeader({ alg, typ, kid }).sign(new TextEncoder().encode(secret))
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid })).toString('base64url')
    expect((await introspect(url, await sign('at+jwt'))).body['active']).toBe(true)
    const bad = [
      'nonsense',
      'a.b.c',
      `${access_token.slice(0, -4)}AAAA`,
      new UnsecuredJWT(living).encode(),
      `${unsigned}.${access_token.split('.')[1] ?? ''}.`,
      await sign('at+jwt', 'another-secret-of-32-bytes-and-more-than-that'),
      await sign('at+jwt', signingSecret, living, 'HS512'),
      await sign('JWT'),
      await sign('rt+jwt'),
      await sign('at+jwt', signingSecret, { ...living, iss: 'https://elsewhere.example' }),
      await sign('at+jwt', signingSecret, { ...living, sid: 'no-such-grant' }),
      await sign(
        'at+jwt',
        signingSecret,
        Object.fromEntries(Object.entries(living).filter(([name]) => name !== 'exp')),
      ),
    ]
    for (const token of bad) {
      const { status, body } = await introspect(url, token)
      expect([token, status, body]).toEqual([token, 200, inactive])
    }
    expect((await introspect(url, access_token)).body['active']).toBe(true)
  })
})
