import { generateKeyPairSync, generateKeySync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { MIN_SECRET_BYTES } from '../tokens/key-object.js'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'
import { signingKey, type SigningKey } from '../tokens/signing-key.js'

/** 128 bits of strength (NIST SP 800-57 part 1, table 2), as P-256 has. */
const RSA_BITS = 3072

const CURVES: Readonly<Partial<Record<SigningAlgorithm, string>>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

/** Makes a key that signs with an algorithm. */
export function newKey(algorithm: SigningAlgorithm): SigningKey {
  return signingKey('The new key', { key: newKeyObject(algorithm), algorithm })
}

/** The key that signs, as a JWK: the private key, or the secret. */
export function ownJwk({ id, algorithm, signWith }: SigningKey): JsonWebKey {
  return { ...signWith.export({ format: 'jwk' }), kid: id, alg: algorithm, use: 'sig' }
}

function newKeyObject(algorithm: SigningAlgorithm): KeyObject {
  if (algorithm === 'HS256') return generateKeySync('hmac', { length: MIN_SECRET_BYTES * 8 })
  const namedCurve = CURVES[algorithm]
  return namedCurve === undefined
    ? generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey
    : generateKeyPairSync('ec', { namedCurve }).privateKey
}
