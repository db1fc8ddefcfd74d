import type { JsonWebKey } from 'node:crypto'
import type { VerificationKey } from './verification-key.js'

/**
 * The public half of a key as a JWK (RFC 7517 section 4), to check signatures with.
 * @throws Error for a key that has no public half.
 */
export function publicJwk({ id, algorithm, verifyWith }: VerificationKey): JsonWebKey {
  if (verifyWith.type !== 'public') throw new Error('Only a public key may be published.')
  return { ...verifyWith.export({ format: 'jwk' }), kid: id, alg: algorithm, use: 'sig' }
}
