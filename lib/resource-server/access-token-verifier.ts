import { deeplyFrozen } from '../values/deeply-frozen.js'
import type { MaybePromise } from '../grant-store.js'
import { jwtHeader, type JwtHeader } from '../tokens/jwt-header.js'
import { verifyJwtByKey, type VerifiedJwt } from '../tokens/jwt.js'
import { isRefused, type RefusedJwt } from '../tokens/refused-jwt.js'
import { LONGEST_TOKEN } from '../tokens/token-bounds.js'
import type { VerificationKey } from '../tokens/verification-key.js'
import { accessTokenClaims, type AccessTokenClaims } from './access-token-claims.js'
import { VerifiedTokens } from './verified-tokens.js'

/** Finds the key of a `kid` for a token of that `alg`; synchronously if it is known. */
export type FindKey = (keyId: string, algorithm: string) => MaybePromise<VerificationKey | undefined>

export interface AccessTokenVerifierOptions {
  readonly issuer: string
  /** One of these must be among the token's. */
  readonly audience: string | readonly string[]
  readonly findKey: FindKey
  /** How far the issuer's clock may differ, in seconds. */
  readonly clockTolerance: number
}

/** An access token whose signature and claims are right. */
export interface VerifiedAccessToken extends VerifiedJwt {
  readonly claims: AccessTokenClaims
}

/** Verifies access tokens (RFC 9068 section 4). */
export interface AccessTokenVerifier {
  /**
   * Returns the token's header and claims, frozen, if it is an access token of the issuer for our audience that is valid at
   * `now` (seconds since the epoch); otherwise the reason why not. Rejects if its key could not be looked up.
   */
  verify(token: string, now: number): MaybePromise<VerifiedAccessToken | RefusedJwt>
  /** Drops a token from the cache because its grant has ended. */
  forget(token: string): void
}

const MALFORMED: RefusedJwt = Object.freeze({ refused: 'malformed' })

/** Caches verified tokens, so that a signature is checked once. Expiry and key are checked on each request. */
export function accessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { issuer, audience, findKey, clockTolerance } = options
  const verified = new VerifiedTokens()

  function verifiedBy(key: VerificationKey | undefined, token: string, header: JwtHeader, now: number) {
    const known = key === undefined ? undefined : verified.find(token)
    if (known !== undefined && known.key === key && isInTime(known, now, clockTolerance)) return known
    verified.forget(token)
    const found = verifyJwtByKey(token, header, key, { type: 'at+jwt', issuer, audience, now, clockTolerance })
    if (isRefused(found)) return found
    const claims = accessTokenClaims(found)
    if (claims === undefined) return MALFORMED
    const accessToken = deeplyFrozen({ header: found.header, claims })
    if (key !== undefined) verified.keep(token, { ...accessToken, key })
    return accessToken
  }

  return {
    verify(token, now) {
      if (token.length > LONGEST_TOKEN) return MALFORMED
      const header = jwtHeader(token)
      if (header === undefined) return MALFORMED
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

/** The checks of times that the first verification made, also if the clock was set back since. */
function isInTime({ claims }: VerifiedAccessToken, now: number, tolerance: number): boolean {
  const { exp, nbf } = claims
  return now < exp + tolerance && (nbf === undefined || nbf <= now + tolerance)
}
