import type { VerificationKey } from '../tokens/verification-key.js'
import type { VerifiedAccessToken } from './access-token-verifier.js'

/** A verified token and the key that verified it: when the key goes, the token is verified anew. */
export interface VerifiedToken extends VerifiedAccessToken {
  readonly key: VerificationKey
}

/** Tokens that were seen once are known by a fingerprint alone, so that a token that comes once costs no memory. */
const FINGERPRINTS = 4_096

/** Tokens of two generations are remembered, each of so many. */
const GENERATION = 2_500
/** Ours have some 700 characters; what is longer is verified each time. */
const LONGEST_REMEMBERED = 2_048

/**
 * Remembers tokens that were verified twice, 5,000 at most: those that were seen last, by two generations of which the older
 * is dropped when the younger is full. Whether one is still valid is for the caller to ask.
 */
export class VerifiedTokens {
  #younger = new Map<string, VerifiedToken>()
  #older = new Map<string, VerifiedToken>()
  readonly #seenOnce = new Uint32Array(FINGERPRINTS)

  find(token: string): VerifiedToken | undefined {
    const found = this.#younger.get(token)
    if (found !== undefined) return found
    const old = this.#older.get(token)
    if (old !== undefined) this.#add(token, old)
    return old
  }

  keep(token: string, verified: VerifiedToken): void {
    if (token.length > LONGEST_REMEMBERED) return
    const fingerprint = fingerprintOf(token)
    const slot = fingerprint % FINGERPRINTS
    if (this.#seenOnce[slot] === fingerprint) this.#add(token, verified)
    else this.#seenOnce[slot] = fingerprint
  }

  #add(token: string, verified: VerifiedToken): void {
    if (this.#younger.size >= GENERATION) {
      this.#older = this.#younger
      this.#younger = new Map()
    }
    this.#younger.set(token, verified)
  }

  forget(token: string): void {
    this.#younger.delete(token)
    this.#older.delete(token)
  }
}

/** Of the end of the signature, which is random enough. Two tokens of one fingerprint do no harm: one is kept at first sight. */
function fingerprintOf(token: string): number {
  let fingerprint = 0
  for (let index = Math.max(0, token.length - 12); index < token.length; index++) {
    fingerprint = (Math.imul(fingerprint, 31) + token.charCodeAt(index)) >>> 0
  }
  return fingerprint
}
