import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import {
  alice,
  audience,
  basic,
  issuer,
  requestToken,
  signingSecret,
  startTokenServer,
  testOptions,
  webBackend,
} from '../start-server.js'

const credentials = basic(webBackend)

async function logIn(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
  form: Record<string, string> = {},
): Promise<{ token: string; claims: JWTPayload }> {
  const { url } = await startTokenServer(overrides)
  const { body } = await requestToken(url, { grant_type: 'password', ...alice, ...form }, credentials)
  const token = String(body['access_token'])
  return { token, claims: decodeJwt(token) }
}

describe('RFC 9068 section 2.1: header', () => {
  test('the typ of an access token MUST be at+jwt', async () => {
    expect(decodeProtectedHeader((await logIn()).token)).toMatchObject({ typ: 'at+jwt', alg: 'HS256' })
  })

  test('access tokens MUST be signed and MUST NOT use none', async () => {
    const { token } = await logIn()
    expect(token.split('.')[2]).toMatch(/^[\w-]{43}$/)
    const none = { key: signingSecret, algorithm: 'none' } as unknown as { key: string }
    expect(() => oauthPasswordGrant(testOptions({ signingKeys: none }))).toThrow(TypeError)
  })

  test('RS256 MUST be supported', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { token } = await logIn({ signingKeys: privateKey })
    const verified = jsonwebtoken.verify(token, createPublicKey(privateKey), {
      algorithms: ['RS256'],
      audience,
      issuer,
    })
    expect(verified).toMatchObject({ sub: 'alice' })
  })
})

describe('RFC 9068 section 2.2: data structure', () => {
  test('iss, exp, aud, sub, client_id, iat and jti are REQUIRED', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { claims } = await logIn()
    expect(claims).toMatchObject({
      iss: issuer,
      aud: audience,
      sub: 'alice',
      client_id: webBackend.id,
      jti: expect.stringMatching(/^.{16,}$/) as string,
    })
    expect(claims.iat).toBeGreaterThanOrEqual(before)
    expect(claims.iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
    expect(claims.exp).toBe(Number(claims.iat) + 3600)
  })

  test('and those that this grant adds: nbf, cid, sid, auth_time, amr, scope', async () => {
    const { claims } = await logIn()
    const names = [
      'iss',
      'aud',
      'sub',
      'exp',
      'nbf',
      'iat',
      'jti',
      'client_id',
      'cid',
      'scope',
      'sid',
      'auth_time',
      'amr',
    ]
    expect(Object.keys(claims).sort()).toEqual(names.sort())
    expect(claims).toMatchObject({ cid: webBackend.id, nbf: claims.iat, auth_time: claims.iat, scope: '' })
  })

  test('jti is unique', async () => {
    const { url } = await startTokenServer()
    const ids = new Set<unknown>()
    for (let login = 0; login < 20; login += 1) {
      const { body } = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
      ids.add(decodeJwt(String(body['access_token'])).jti)
    }
    expect(ids.size).toBe(20)
  })

  test('sub identifies the resource owner where there is one, as the application names it', async () => {
    expect((await logIn({ subject: () => 'user-4711' })).claims.sub).toBe('user-4711')
    expect((await logIn({ authenticateUser: () => ({ id: 4711 }) })).claims.sub).toBe('4711')
  })

  test('a claim of the protocol is never what a hook says', async () => {
    for (const claim of ['sub', 'aud', 'scope', 'client_id', 'exp', 'sid']) {
      const { url } = await startTokenServer({ accessTokenClaims: () => ({ [claim]: 'x' }), onError: () => undefined })
      const { status, body } = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
      expect([claim, status, body['error']]).toEqual([claim, 500, 'server_error'])
    }
  })
})

describe('RFC 9068 section 2.2.1: authentication information claims', () => {
  test('auth_time stays the same in all access tokens that derive from one login', async () => {
    const { url } = await startTokenServer()
    const login = await requestToken(url, { grant_type: 'password', ...alice }, credentials)
    const first = decodeJwt(String(login.body['access_token']))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const form = { grant_type: 'refresh_token', refresh_token: String(login.body['refresh_token']) }
    const second = decodeJwt(String((await requestToken(url, form, credentials)).body['access_token']))
    expect(second.iat).toBeGreaterThan(Number(first.iat))
    expect(second['auth_time']).toBe(first['auth_time'])
  })
})

describe('RFC 9068 section 2.2.2: identity claims', () => {
  test('the server MAY include further attributes, as the application says', async () => {
    const { claims } = await logIn({
      accessTokenClaims: ({ subject }) => ({ roles: ['admin'], email: `${subject}@example.com` }),
    })
    expect(claims).toMatchObject({ roles: ['admin'], email: 'alice@example.com', sub: 'alice' })
  })
})

describe('RFC 9068 section 2.2.3: authorization claims', () => {
  test('a request with a scope parameter SHOULD get a token with a scope claim', async () => {
    expect((await logIn({}, { scope: 'contacts.read contacts.write' })).claims['scope']).toBe(
      'contacts.read contacts.write',
    )
  })

  test('what the scope claim says is what was granted', async () => {
    const { claims } = await logIn(
      { authorizeScope: () => ['contacts.read'] },
      { scope: 'contacts.read contacts.write' },
    )
    expect(claims['scope']).toBe('contacts.read')
  })
})

describe('RFC 9068 section 3: requesting a JWT access token', () => {
  test('without a resource parameter the server MUST use a default resource indicator in aud', async () => {
    expect((await logIn()).claims.aud).toBe(audience)
    expect((await logIn({ audience: [audience, 'https://b.example'] })).claims.aud).toEqual([
      audience,
      'https://b.example',
    ])
  })

  test('no client mints an aud of its choice', async () => {
    const wished = 'https://elsewhere.example'
    const { claims } = await logIn({}, { audience: wished, resource: wished })
    expect(claims.aud).toBe(audience)
  })
})
