import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../../../lib/tokens/authentication-methods.js'
import type { Grant } from '../../../lib/grant.js'
import { registeredClient } from '../../../lib/options/client-registration.js'
import { accessTokens, type AccessTokenRequest } from '../../../lib/tokens/access-token.js'
import { refreshTokens } from '../../../lib/tokens/refresh-token.js'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { clientSecret, signingSecret } from '../working-options.js'
import { ecForms, ringOf, rsaForms } from './keys.js'

const NOW = 1_800_000_000
const issuer = 'https://login.example.com'
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const secret = signingKey('signingKeys', signingSecret)
const rsa = signingKey('signingKeys', rsaForms().key)
const ec = signingKey('signingKeys', ecForms('P-256').key)

function clientFor(audience: string | readonly string[]) {
  const defaults = { scopes: new Map<string, string>(), defaultScope: new Map<string, string>(), audience }
  return registeredClient('clients[0]', { id: 'web', secret: clientSecret }, defaults)
}

function requestOf(overrides: Partial<AccessTokenRequest> = {}): AccessTokenRequest {
  return {
    client: clientFor('https://api.example.com'),
    subject: 'alice',
    scope: 'contacts.read contacts.write',
    grantId: 'grant-id',
    authenticatedAt: NOW - 100,
    methods: PASSWORD,
    now: NOW,
    added: undefined,
    ...overrides,
  }
}

describe('an access token', () => {
  const tokens = accessTokens(issuer, ringOf(secret), 3600)

  test('has the claims of RFC 9068 and the names that older deployments read, and no others', () => {
    expect(decodeJwt(tokens.sign(requestOf()))).toStrictEqual({
      iss: issuer,
      aud: 'https://api.example.com',
      sub: 'alice',
      exp: NOW + 3600,
      nbf: NOW,
      iat: NOW,
      jti: expect.stringMatching(UUID) as string,
      client_id: 'web',
      cid: 'web',
      scope: 'contacts.read contacts.write',
      sid: 'grant-id',
      auth_time: NOW - 100,
      amr: ['pwd'],
    })
  })

  test('has the typ of RFC 9068, the alg and the kid of the key, and nothing else in its header', () => {
    expect(decodeProtectedHeader(tokens.sign(requestOf()))).toStrictEqual({
      alg: 'HS256',
      typ: 'at+jwt',
      kid: secret.id,
    })
  })

  test('has an empty scope, rather than none, where nothing was granted', () => {
    expect(decodeJwt(tokens.sign(requestOf({ scope: '' })))['scope']).toBe('')
  })

  test('has no sid where no grant is remembered', () => {
    expect(decodeJwt(tokens.sign(requestOf({ grantId: undefined })))).not.toHaveProperty('sid')
  })

  test('has all audiences of its client, as a list', () => {
    const client = clientFor(['https://a.example.com', 'https://b.example.com'])
    expect(decodeJwt(tokens.sign(requestOf({ client }))).aud).toEqual([
      'https://a.example.com',
      'https://b.example.com',
    ])
  })

  test('has a jti that no other has', () => {
    const ids = Array.from({ length: 200 }, () => decodeJwt(tokens.sign(requestOf())).jti)
    expect(new Set(ids).size).toBe(200)
  })

  test.each([secret, rsa, ec])('is verified by jose and by us: $algorithm', async (key) => {
    const ring = accessTokens(issuer, ringOf(key), 3600)
    const token = ring.sign(requestOf())
    const { payload } = await jwtVerify(token, key.verifyWith, {
      issuer,
      audience: 'https://api.example.com',
      typ: 'at+jwt',
      algorithms: [key.algorithm],
      currentDate: new Date(NOW * 1000),
      requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub', 'client_id'],
    })
    expect(ring.verify(token, NOW)?.claims).toEqual(payload)
  })

  test('is refused from the second on at which it expires, and before it was made', () => {
    const token = tokens.sign(requestOf())
    expect(tokens.verify(token, NOW + 3599)).toBeDefined()
    expect(tokens.verify(token, NOW + 3600)).toBeUndefined()
    expect(tokens.verify(token, NOW - 1)).toBeUndefined()
  })

  test('of another issuer is refused, though the key be the same', () => {
    const elsewhere = accessTokens('https://other.example.com', ringOf(secret), 3600)
    expect(tokens.verify(elsewhere.sign(requestOf()), NOW)).toBeUndefined()
  })
})

describe('a ring of keys', () => {
  test('signs with the first and verifies with all, so that a key can be rotated', () => {
    const before = accessTokens(issuer, ringOf(secret), 3600)
    const between = accessTokens(issuer, ringOf(rsa, secret), 3600)
    const after = accessTokens(issuer, ringOf(rsa), 3600)
    const old = before.sign(requestOf())
    const young = between.sign(requestOf())
    expect(decodeProtectedHeader(young)).toMatchObject({ alg: 'RS256', kid: rsa.id })
    expect(between.verify(old, NOW)).toBeDefined()
    expect(between.verify(young, NOW)).toBeDefined()
    expect(after.verify(young, NOW)).toBeDefined()
    expect(after.verify(old, NOW)).toBeUndefined()
    expect(before.verify(young, NOW)).toBeUndefined()
  })
})

describe('added claims', () => {
  const tokens = accessTokens(issuer, ringOf(secret), 3600)

  test('stand beside those of the protocol', () => {
    const added = { roles: ['admin'], 'https://example.com/tenant': { id: 7 } }
    expect(decodeJwt(tokens.sign(requestOf({ added })))).toMatchObject({ sub: 'alice', ...added })
  })

  test.each('iss aud sub exp nbf iat jti client_id cid scope sid auth_time'.split(' '))(
    'are refused where they clash with %s, even with nothing in it',
    (name) => {
      for (const value of ['x', undefined, null, 0]) {
        const sign = () => tokens.sign(requestOf({ added: { [name]: value } }))
        expect(sign).toThrow(
          new RegExp(`^accessTokenClaims returned the claim ${name}, which the protocol defines: give`),
        )
      }
    },
  )

  test('are refused where they clash with the generation of a refresh token, or with sid where there is none', () => {
    expect(() => tokens.sign(requestOf({ added: { gen: 1 } }))).toThrow(/the claim gen,/)
    expect(() => tokens.sign(requestOf({ grantId: undefined, added: { sid: 'a' } }))).toThrow(/the claim sid,/)
  })

  test('cannot take the place of the whole token by a toJSON of their own', () => {
    const added = { toJSON: () => ({ iss: issuer, sub: 'admin', exp: NOW + 1e9 }) }
    const signed = () => decodeJwt(tokens.sign(requestOf({ added })))
    let subject: unknown
    try {
      subject = signed().sub
    } catch {
      subject = 'alice'
    }
    expect(subject).toBe('alice')
  })

  test('that are none change nothing', () => {
    const { jti: _jti, ...claims } = decodeJwt(tokens.sign(requestOf({ added: {} })))
    const { jti: _other, ...expected } = decodeJwt(tokens.sign(requestOf()))
    expect(claims).toEqual(expected)
  })
})

describe('a refresh token', () => {
  const grant: Grant = {
    id: 'grant-id',
    subject: 'alice',
    clientId: 'web',
    scope: 'contacts.read',
    generation: 0,
    createdAt: NOW * 1000,
    rotatedAt: NOW * 1000,
    endsAt: (NOW + 100) * 1000,
    expiresAt: (NOW + 100) * 1000,
  }

  test.each([secret, rsa, ec])('never passes as an access token, nor an access token as one: $algorithm', (key) => {
    const access = accessTokens(issuer, ringOf(key), 3600)
    const refresh = refreshTokens(issuer, ringOf(key))
    expect(access.verify(refresh.sign(grant, PASSWORD, NOW), NOW)).toBeUndefined()
    expect(refresh.verify(access.sign(requestOf()), NOW)).toBeUndefined()
    // Not even one that is for the issuer, as a refresh token is.
    expect(refresh.verify(access.sign(requestOf({ client: clientFor(issuer) })), NOW)).toBeUndefined()
    expect(refresh.verify(refresh.sign(grant, PASSWORD, NOW), NOW)).toBeDefined()
  })

  test('never passes where an explicit secret is, by mistake, that of the access tokens', () => {
    const access = accessTokens(issuer, ringOf(secret), 3600)
    const refresh = refreshTokens(issuer, ringOf(secret), secret.signWith)
    expect(access.verify(refresh.sign(grant, PASSWORD, NOW), NOW)).toBeUndefined()
    expect(refresh.verify(access.sign(requestOf({ client: clientFor(issuer) })), NOW)).toBeUndefined()
  })
})
