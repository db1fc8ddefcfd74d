import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'

/** A secret of 32 bytes or more, a private key as PEM, a JWK, or a `KeyObject`. */
export type KeyMaterial = string | Uint8Array | KeyObject | JsonWebKey

/** A signing key, with what it does not say itself. */
export interface SigningKeyOptions {
  key: KeyMaterial
  /** Default: a JWK's own `alg`; else HS256 for a secret, RS256 for RSA, ES256/384/512 by the curve. */
  algorithm?: SigningAlgorithm | undefined
  /** Default: a JWK's own `kid`; else its thumbprint (RFC 7638, SHA-256). */
  keyId?: string | undefined
  /**
   * From when it may sign; it verifies before. A text is ISO 8601 with its offset, such as `'2027-01-31T12:00:00Z'`. Default:
   * always.
   */
  signsFrom?: Date | string | undefined
}

/** One signing key, or a list: the first whose time has come signs, all verify. */
export type SigningKeysOption = KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[]
