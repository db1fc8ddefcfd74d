import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { algorithmsOf } from './signing-algorithm.js'
import type { VerificationKey } from './verification-key.js'

let made: readonly VerificationKey[] | undefined

/** Keys for every algorithm with which nobody signs: they make an unknown client take as long as a wrong signature. */
export function nobodysKeys(): readonly VerificationKey[] {
  made ??= [
    rsaKey(),
    ...['P-256', 'P-384', 'P-521'].map((curve) => generateKeyPairSync('ec', { namedCurve: curve }).publicKey),
  ].flatMap((verifyWith) => algorithmsOf(verifyWith).map((algorithm) => ({ id: '', algorithm, verifyWith })))
  return made
}

/** Any odd number of the right length is a modulus to verify with, and takes far less time to make than a pair of keys. */
function rsaKey() {
  const modulus = randomBytes(256)
  modulus[0] = 0xff
  modulus[255] = 0xff
  return createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }, format: 'jwk' })
}
