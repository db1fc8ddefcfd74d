import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'

/** A key: a secret of 32 bytes or more, a private key as PEM, a JWK, or a `KeyObject`. */
export type KeyMaterial = string | Uint8Array | KeyObject | JsonWebKey

/** A signing key, with members that the key itself does not have. */
export interface SigningKeyOptions {
  /** The key itself. Required. */
  key: KeyMaterial
  /** The JWS algorithm. Default: a JWK's `alg`; otherwise HS256 for a secret, RS256 for RSA, and ES256/384/512 by the curve. */
  algorithm?: SigningAlgorithm | undefined
  /** The `kid` in the header of tokens. Default: a JWK's `kid`; otherwise the key's thumbprint (RFC 7638, SHA-256). */
  keyId?: string | undefined
  /**
   * From when the key may sign; it verifies before that too. A string is ISO 8601 with an offset, such as
   * `'2027-01-31T12:00:00Z'`. Default: always.
   */
  signsFrom?: Date | string | undefined
}

/** One signing key, or an array: the first whose `signsFrom` has come signs, all of them verify. */
export type SigningKeysOption = KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[]
