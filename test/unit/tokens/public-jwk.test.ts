import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { publicJwk } from '../../../lib/tokens/public-jwk.js'
import { signingKey } from '../../../lib/tokens/signing-key.js'
import { verificationKey } from '../../../lib/tokens/verification-key.js'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

test.for([
  [ec, undefined, ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'], 'ES384'],
  [rsa, undefined, ['alg', 'e', 'kid', 'kty', 'n', 'use'], 'RS256'],
  [rsa, 'PS512', ['alg', 'e', 'kid', 'kty', 'n', 'use'], 'PS512'],
] as const)('Of a private key only what is public is published: %#', ([key, algorithm, members, alg]) => {
  const signing = signingKey('signingKeys', { key: key.export({ format: 'jwk' }), algorithm })
  const jwk = publicJwk(signing)
  expect(Object.keys(jwk).sort()).toEqual(members)
  expect(jwk).toMatchObject({ kid: signing.id, alg, use: 'sig' })
  const read = verificationKey(jwk)
  expect(read).toMatchObject({ id: signing.id, algorithm: alg })
  expect(read?.verifyWith.equals(signing.verifyWith)).toBe(true)
})

test('A secret is not published, whoever asks.', () => {
  const key = signingKey('signingKeys', 'signing-secret-of-32-bytes-and-more')
  expect(() => publicJwk(key)).toThrow('Only a public key')
  expect(() => publicJwk({ ...key, verifyWith: ec })).toThrow('Only a public key')
})
