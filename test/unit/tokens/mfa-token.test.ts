import { createSecretKey, hkdfSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../../../lib/tokens/authentication-methods.js'
import { registeredClient } from '../../../lib/options/client-registration.js'
import { accessTokens } from '../../../lib/tokens/access-token.js'
import { mfaTokens } from '../../../lib/tokens/mfa-token.js'
import { refreshTokens } from '../../../lib/tokens/refresh-token.js'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { clientSecret, signingSecret } from '../working-options.js'
import { ecForms, ringOf, rsaForms } from './keys.js'

const NOW = 1_800_000_000
const issuer = 'https://login.example.com'
const secret = signingKey('signingKeys', signingSecret)
const rsa = signingKey('signingKeys', rsaForms().key)
const ec = signingKey('signingKeys', ecForms('P-256').key)
const login = {
  subject: 'alice',
  clientId: 'web',
  scope: 'contacts.read',
  userKey: 'key',
  exactNameKey: 'spelled',
  beganAt: NOW * 1000 - 1,
}

describe('an mfa_token', () => {
  const tokens = mfaTokens(issuer, ringOf(secret), 300)

  test('says whose password was right, to whom, and for what scope, and nothing else', () => {
    expect(decodeJwt(tokens.sign(login, NOW))).toStrictEqual({
      iss: issuer,
      aud: issuer,
      sub: 'alice',
      client_id: 'web',
      scope: 'contacts.read',
      user_key: 'key',
      name_key: 'spelled',
      began_at: NOW * 1000 - 1,
      jti: expect.stringMatching(/^[\w-]{22}$/) as string,
      iat: NOW,
      exp: NOW + 300,
    })
    expect(tokens.sign(login, NOW)).not.toBe(tokens.sign(login, NOW))
  })

  test.each([secret, rsa, ec])('is HS256 under a key of its own: $algorithm', async (key) => {
    const token = mfaTokens(issuer, ringOf(key), 300).sign(login, NOW)
    expect(decodeProtectedHeader(token)).toStrictEqual({ alg: 'HS256', typ: 'mfa+jwt', kid: key.id })
    const jwk = key.signWith.export({ format: 'jwk' })
    const master = Buffer.from(jwk.k ?? jwk.d ?? '', 'base64url')
    const own = createSecretKey(Buffer.from(hkdfSync('sha256', master, '', 'mfa token', 32)))
    await expect(jwtVerify(token, own, { currentDate: new Date(NOW * 1000) })).resolves.toBeDefined()
    await expect(jwtVerify(token, key.refreshKey.verifyWith, { currentDate: new Date(NOW * 1000) })).rejects.toThrow()
  })

  test.each([secret, rsa, ec])('never passes for another token, nor another for one: $algorithm', (key) => {
    const ring = ringOf(key)
    const [access, refresh, mfa] = [
      accessTokens(issuer, ring, 60),
      refreshTokens(issuer, ring),
      mfaTokens(issuer, ring, 60),
    ]
    const defaults = { scopes: new Map<string, string>(), defaultScope: new Map<string, string>(), audience: issuer }
    const client = registeredClient('clients[0]', { id: 'web', secret: clientSecret }, defaults)
    const time = { authenticatedAt: NOW, now: NOW, methods: PASSWORD, grantId: 'id', added: { jti2: 'id' } }
    const grant = {
      id: 'id',
      ...login,
      generation: 0,
      createdAt: 0,
      rotatedAt: 0,
      endsAt: NOW * 2000,
      expiresAt: NOW * 2000,
    }
    const [token, refreshToken] = [mfa.sign(login, NOW), refresh.sign(grant, PASSWORD, NOW)]
    expect(access.verify(token, NOW)).toBeUndefined()
    expect(refresh.verify(token, NOW)).toBeUndefined()
    expect(mfa.verify(access.sign({ client, ...login, ...time }), NOW)).toBeUndefined()
    expect(mfa.verify(refreshToken, NOW)).toBeUndefined()
    expect(refresh.verify(refreshToken, NOW)).toBeDefined()
    expect(mfa.verify(token, NOW)).toMatchObject(login)
  })

  test('is valid until its second comes, under any key of the ring', () => {
    const token = tokens.sign(login, NOW)
    const later = mfaTokens(issuer, ringOf(ec, secret), 300)
    expect(later.verify(token, NOW + 299)).toMatchObject({ ...login, expiresAt: (NOW + 300) * 1000 })
    expect(later.verify(token, NOW + 300)).toBeUndefined()
    expect(mfaTokens(issuer, ringOf(ec), 300).verify(token, NOW)).toBeUndefined()
    expect(mfaTokens('https://other.example.com', ringOf(secret), 300).verify(token, NOW)).toBeUndefined()
  })
})
