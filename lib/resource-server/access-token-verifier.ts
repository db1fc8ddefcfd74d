import { deeplyFrozen } from '../deeply-frozen.js'
import type { MaybePromise } from '../grant-store.js'
import { jwtHeader, type JwtHeader } from '../tokens/jwt-header.js'
import { verifyJwtByKey, type VerifiedJwt } from '../tokens/jwt.js'
import type { VerificationKey } from '../tokens/verification-key.js'
import { VerifiedTokens } from './verified-tokens.js'

/** Finds the key of a `kid`, if it is one of that `alg`; at once where it is known. */
export type FindKey = (keyId: string, algorithm: string) => MaybePromise<VerificationKey | undefined>

export interface AccessTokenVerifierOptions {
  readonly issuer: string
  /** One of these must be among the token's. */
  readonly audience: string | readonly string[]
  readonly findKey: FindKey
  /** How far the issuer's clock may be off, in seconds. */
  readonly clockTolerance: number
}

/** Verifies access tokens (RFC 9068 section 4). */
export interface AccessTokenVerifier {
  /**
   * The token's header and claims, frozen, or `undefined` where it is no access token of the issuer for us that is valid at
   * `now`, in seconds since the epoch. Rejects where its key could not be looked up.
   */
  verify(token: string, now: number): MaybePromise<VerifiedJwt | undefined>
  /** Its grant has ended: it is not remembered any longer. */
  forget(token: string): void
}

/** Longer than any header that Node takes by default. */
export const LONGEST_TOKEN = 16_384

/** What was found right once is remembered, and costs no second look at the signature. Its times and its key are looked at each time. */
export function accessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { issuer, audience, findKey, clockTolerance } = options
  const verified = new VerifiedTokens()

  function verifiedBy(key: VerificationKey | undefined, token: string, header: JwtHeader, now: number) {
    if (key === undefined) return undefined
    const known = verified.find(token)
    if (known?.key === key && isInTime(known, now, clockTolerance)) return known
    verified.forget(token)
    const expected = { type: 'at+jwt', issuer, audience, now, clockTolerance } as const
    const found = deeplyFrozen(verifyJwtByKey(token, header, key, expected))
    if (found !== undefined) verified.keep(token, { ...found, key })
    return found
  }

  return {
    verify(token, now) {
      if (token.length > LONGEST_TOKEN) return undefined
      const header = jwtHeader(token)
      if (header === undefined) return undefined
      const key = findKey(header.keyId, header.algorithm)
      return key instanceof Promise
        ? key.then((found) => verifiedBy(found, token, header, now))
        : verifiedBy(key, token, header, now)
    },
    forget(token) {
      verified.forget(token)
    },
  }
}

/** As when it was verified first, a clock that was set back included. */
function isInTime({ claims }: VerifiedJwt, now: number, tolerance: number): boolean {
  const { exp, nbf } = claims
  return typeof exp === 'number' && now < exp + tolerance && (typeof nbf !== 'number' || nbf <= now + tolerance)
}
