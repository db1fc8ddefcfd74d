import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { accessTokenVerifier } from '../../lib/resource-server/access-token-verifier.js'
import { remoteKeys } from '../../lib/resource-server/remote-keys.js'
import { forgedJwt } from '../unit/tokens/forged-jwt.js'
import { startIssuer } from './issuer.js'
import { ecKeyPair, rsaKeyPair } from './json-web-keys.js'
import { failOnUnhandledRejections } from './unhandled-rejections.js'

failOnUnhandledRejections()

const audience = 'https://contacts.example.com'
const now = Math.floor(Date.now() / 1000)
const [ec, rsa] = [ecKeyPair('ec'), rsaKeyPair('rsa')]
const mallory = ecKeyPair('ec')

/** A resource server that knows an issuer's URL and no more. */
async function startVerified() {
  const issuer = await startIssuer({ '/jwks': { keys: [ec.jwk, rsa.jwk] }, '/mallory': { keys: [mallory.jwk] } })
  issuer.answers.set('/.well-known/oauth-authorization-server', { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` })
  const { find } = remoteKeys({ issuer: issuer.url })
  const verifier = accessTokenVerifier({ issuer: issuer.url, audience, findKey: find, clockTolerance: 0 })
  const claims = {
    iss: issuer.url,
    aud: audience,
    sub: '42',
    client_id: 'web',
    jti: 'a',
    exp: now + 60,
    nbf: now,
    iat: now,
    scope: '',
  }
  return { issuer, claims, verify: async (token: string) => verifier.verify(token, now) }
}

/** Signed by a key, with a header that says what it likes. */
function signed(claims: object, key: typeof ec, header: Readonly<Record<string, unknown>> = {}): string {
  const { alg, kid } = key.jwk
  const algorithm = alg === 'ES256' ? 'ES256' : 'RS256'
  return jwt.sign(claims, key.privateKey, { algorithm, header: { typ: 'at+jwt', kid, ...header, alg } })
}

describe('By keys that were fetched', () => {
  test.for([ec, rsa])('the access tokens of the issuer are taken: $jwk.alg.', async (key) => {
    const { claims, verify } = await startVerified()
    await expect(verify(signed(claims, key))).resolves.toMatchObject({ claims: { sub: '42' } })
    await expect(verify(signed(claims, key)), 'and at once').resolves.toHaveProperty('claims')
  })

  test('no token is taken that brings its key along, or points to it.', async () => {
    const { issuer, claims, verify } = await startVerified()
    await verify(signed(claims, ec))
    const elsewhere = `${issuer.url}/mallory`
    for (const header of [{}, { jwk: mallory.jwk }, { jku: elsewhere }, { x5u: elsewhere }, { x5c: ['AAAA'] }]) {
      await expect(verify(signed(claims, mallory, header))).resolves.toHaveProperty('refused')
      await expect(verify(signed(claims, mallory, { ...header, kid: 'mallory' }))).resolves.toHaveProperty('refused')
    }
    expect(issuer.asked('/mallory')).toBe(0)
    expect(issuer.asked('/jwks'), 'at first, and once more for the unknown kid').toBe(2)
  })

  test('no token is taken that is signed by a published key as a secret, or by nothing.', async () => {
    const { claims, verify } = await startVerified()
    await verify(signed(claims, ec))
    for (const { jwk } of [ec, rsa]) {
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      const secrets = [key.export({ format: 'pem', type: 'spki' }), key.export({ format: 'der', type: 'spki' })]
      for (const secret of [...secrets, JSON.stringify(jwk), jwk.x ?? jwk.n ?? '', '']) {
        for (const alg of ['HS256', 'none', 'None', jwk.alg]) {
          const token = forgedJwt({ alg, typ: 'at+jwt', kid: jwk.kid }, claims, secret)
          await expect(verify(token)).resolves.toHaveProperty('refused')
          await expect(verify(token.slice(0, token.lastIndexOf('.') + 1))).resolves.toHaveProperty('refused')
        }
      }
    }
  })

  test('no token is taken under the kid of another key, or another algorithm of its key.', async () => {
    const { claims, verify } = await startVerified()
    await expect(verify(signed(claims, ec, { kid: 'rsa' }))).resolves.toHaveProperty('refused')
    await expect(verify(signed(claims, rsa, { kid: 'ec' }))).resolves.toHaveProperty('refused')
    const header = { typ: 'at+jwt', kid: 'rsa' }
    for (const algorithm of ['RS384', 'PS256'] as const) {
      const token = jwt.sign(claims, rsa.privateKey, { algorithm, header: { ...header, alg: algorithm } })
      await expect(verify(token)).resolves.toHaveProperty('refused')
    }
  })

  test('no token is taken of a key that the issuer does not publish for this.', async () => {
    const { issuer, claims, verify } = await startVerified()
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const encrypting = { ...publicKey.export({ format: 'jwk' }), kid: 'encrypting', use: 'enc', alg: 'RSA-OAEP' }
    issuer.answers.set('/jwks', { keys: [ec.jwk, encrypting] })
    const key = { privateKey, jwk: { ...encrypting, alg: 'RS256' } }
    await expect(verify(signed(claims, key))).resolves.toHaveProperty('refused')
    await expect(verify(signed(claims, ec))).resolves.toHaveProperty('claims')
  })
})
