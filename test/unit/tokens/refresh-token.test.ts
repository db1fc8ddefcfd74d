import { createSecretKey, hkdfSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../../../lib/tokens/authentication-methods.js'
import type { Grant } from '../../../lib/grant.js'
import { refreshTokens } from '../../../lib/tokens/refresh-token.js'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { signingSecret } from '../working-options.js'
import { forgedJwt } from './forged-jwt.js'
import { ecForms, ringOf, rsaForms } from './keys.js'

const NOW = 1_800_000_000
const issuer = 'https://login.example.com'
const rsaKey = rsaForms()
const secret = signingKey('signingKeys', signingSecret)
const rsa = signingKey('signingKeys', rsaKey.key)
const ec = signingKey('signingKeys', ecForms('P-521').key)

function grantOf(overrides: Partial<Grant> = {}): Grant {
  return {
    id: 'grant-id',
    subject: 'alice',
    clientId: 'web',
    scope: 'contacts.read',
    generation: 3,
    createdAt: (NOW - 5000) * 1000,
    rotatedAt: NOW * 1000 + 999,
    endsAt: (NOW + 9000) * 1000,
    expiresAt: (NOW + 600) * 1000 + 999,
    userAgent: 'a browser',
    address: '192.0.2.1',
    ...overrides,
  }
}

describe('a refresh token', () => {
  const tokens = refreshTokens(issuer, ringOf(secret))

  test('has the claims of a pointer to its grant, for the issuer itself, and no others', () => {
    expect(decodeJwt(tokens.sign(grantOf(), PASSWORD, NOW))).toStrictEqual({
      iss: issuer,
      aud: issuer,
      sub: 'alice',
      client_id: 'web',
      scope: 'contacts.read',
      sid: 'grant-id',
      gen: 3,
      jti: 'grant-id.3',
      iat: NOW,
      exp: NOW + 600,
      amr: ['pwd'],
    })
  })

  test.each([secret, rsa, ec])('is HS256 with a typ of its own, whatever the signing key: $algorithm', (key) => {
    const header = decodeProtectedHeader(refreshTokens(issuer, ringOf(key)).sign(grantOf(), PASSWORD, NOW))
    expect(header).toStrictEqual({ alg: 'HS256', typ: 'rt+jwt', kid: key.id })
  })

  test('is the same bytes for the same row, in every process that has the key', () => {
    const elsewhere = refreshTokens(issuer, ringOf(signingKey('signingKeys', Buffer.from(signingSecret))))
    const token = tokens.sign(grantOf(), PASSWORD, NOW)
    expect(tokens.sign(grantOf(), PASSWORD, NOW)).toBe(token)
    expect(
      elsewhere.sign({ ...grantOf(), userAgent: 'another', address: '192.0.2.2', createdAt: 0 }, PASSWORD, NOW),
    ).toBe(token)
  })

  test('is the same bytes whichever form its RSA key was given in', () => {
    const pem = rsaKey.key.export({ format: 'pem', type: 'pkcs1' }).toString()
    const fromPem = refreshTokens(issuer, ringOf(signingKey('signingKeys', pem)))
    const fromJwk = refreshTokens(issuer, ringOf(signingKey('signingKeys', rsaKey.jwk)))
    expect(fromPem.sign(grantOf(), PASSWORD, NOW)).toBe(fromJwk.sign(grantOf(), PASSWORD, NOW))
  })

  test('differs with each rotation', () => {
    const rotated = [0, 1, 2, 3].map((generation) => tokens.sign(grantOf({ generation }), PASSWORD, NOW))
    expect(new Set(rotated).size).toBe(4)
  })

  test('is verified by jose under the key that HKDF-SHA256 derives with the label "refresh token"', async () => {
    const key = Buffer.from(hkdfSync('sha256', Buffer.from(signingSecret), '', 'refresh token', 32))
    const options = {
      issuer,
      audience: issuer,
      typ: 'rt+jwt',
      algorithms: ['HS256'],
      currentDate: new Date(NOW * 1000),
    }
    await expect(jwtVerify(tokens.sign(grantOf(), PASSWORD, NOW), key, options)).resolves.toBeDefined()
    await expect(
      jwtVerify(tokens.sign(grantOf(), PASSWORD, NOW), Buffer.from(signingSecret), options),
    ).rejects.toThrow()
  })

  test('is a pointer again once it is verified', () => {
    expect(tokens.verify(tokens.sign(grantOf(), PASSWORD, NOW), NOW)).toStrictEqual({
      grantId: 'grant-id',
      generation: 3,
      subject: 'alice',
      clientId: 'web',
      scope: 'contacts.read',
      methods: PASSWORD,
    })
  })

  test('is refused from the second on at which its grant expires', () => {
    expect(tokens.verify(tokens.sign(grantOf(), PASSWORD, NOW), NOW + 599)).toBeDefined()
    expect(tokens.verify(tokens.sign(grantOf(), PASSWORD, NOW), NOW + 600)).toBeUndefined()
  })

  test('of another issuer with the same key is refused', () => {
    const elsewhere = refreshTokens('https://other.example.com', ringOf(secret))
    expect(tokens.verify(elsewhere.sign(grantOf(), PASSWORD, NOW), NOW)).toBeUndefined()
  })
})

describe('a ring of keys', () => {
  test('signs with the first and verifies with all, so that rotating a key ends no session', () => {
    const old = refreshTokens(issuer, ringOf(secret)).sign(grantOf(), PASSWORD, NOW)
    const ring = refreshTokens(issuer, ringOf(ec, rsa, secret))
    expect(ring.verify(old, NOW)).toBeDefined()
    expect(decodeProtectedHeader(ring.sign(grantOf(), PASSWORD, NOW)).kid).toBe(ec.id)
    expect(refreshTokens(issuer, ringOf(ec, rsa)).verify(old, NOW)).toBeUndefined()
  })

  test('does not count where a secret for refresh tokens is given: all may be rotated at will', () => {
    const own = createSecretKey(Buffer.from(`${signingSecret}-refresh`))
    const token = refreshTokens(issuer, ringOf(secret), own).sign(grantOf(), PASSWORD, NOW)
    expect(refreshTokens(issuer, ringOf(rsa), own).verify(token, NOW)).toBeDefined()
    expect(refreshTokens(issuer, ringOf(secret)).verify(token, NOW)).toBeUndefined()
    expect(
      refreshTokens(issuer, ringOf(rsa), own).verify(
        refreshTokens(issuer, ringOf(rsa)).sign(grantOf(), PASSWORD, NOW),
        NOW,
      ),
    ).toBeUndefined()
    expect(refreshTokens(issuer, ringOf(secret), createSecretKey(Buffer.alloc(32))).verify(token, NOW)).toBeUndefined()
  })
})

describe('a refresh token that another version of ours signed', () => {
  const tokens = refreshTokens(issuer, ringOf(secret))
  const header = { alg: 'HS256', typ: 'rt+jwt', kid: secret.id }
  const claims = decodeJwt(tokens.sign(grantOf(), PASSWORD, NOW))
  const verified = (changes: Record<string, unknown>) =>
    tokens.verify(forgedJwt(header, { ...claims, ...changes }, secret.refreshKey.signWith), NOW)

  test('is verified if all that we read is there', () => {
    expect(verified({ later: 'a claim' })).toBeDefined()
    expect(verified({ gen: 0, scope: '', jti: undefined, iat: undefined })).toBeDefined()
  })

  test.each<[string, Record<string, unknown>]>([
    ['no sid', { sid: undefined }],
    ['a sid that is no text', { sid: 5 }],
    ['a sid that is an object, as a query to a database', { sid: { $ne: null } }],
    ['no sub', { sub: undefined }],
    ['a sub that is no text', { sub: 5 }],
    ['no client_id', { client_id: undefined }],
    ['a client_id in a list', { client_id: ['web'] }],
    ['no scope', { scope: undefined }],
    ['a scope in a list', { scope: ['contacts.read'] }],
    ['no gen', { gen: undefined }],
    ['a gen below 0', { gen: -1 }],
    ['a gen that is no whole number', { gen: 1.5 }],
    ['a gen beyond what a number counts exactly', { gen: 2 ** 53 }],
    ['a gen that is a text', { gen: '3' }],
    ['another audience', { aud: 'https://api.example.com' }],
    ['no audience', { aud: undefined }],
    ['no exp', { exp: undefined }],
    ['another issuer', { iss: 'https://evil.example.com' }],
  ])('is refused with %s', (_title, changes) => {
    expect(verified(changes)).toBeUndefined()
  })

  test.each(['at+jwt', 'JWT', undefined])('is refused with the typ %s', (typ) => {
    expect(tokens.verify(forgedJwt({ ...header, typ }, claims, secret.refreshKey.signWith), NOW)).toBeUndefined()
  })

  test('is refused where the signing key itself signed it, or the id of the key', () => {
    for (const key of [signingSecret, secret.id, secret.limitSecret, '']) {
      expect(tokens.verify(forgedJwt(header, claims, key), NOW)).toBeUndefined()
    }
  })
})

test.each(['', '.', '..', '.'.repeat(10_000), 'garbage', '\0', 'A'.repeat(1_000_000)])(
  'What is no token is refused, and nothing is thrown: %#',
  (token) => {
    expect(refreshTokens(issuer, ringOf(secret, rsa, ec)).verify(token, NOW)).toBeUndefined()
  },
)
