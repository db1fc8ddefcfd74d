import { wrongClaim } from '../../resource-server/access-token-claims.js'
import { shown } from '../../values/shown.js'
import { duration, instant } from './time-in-words.js'
import { fault, type TokenFault } from './token-fault.js'

export interface TokenExpectation {
  readonly issuer: string | undefined
  readonly audience: string | undefined
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds. */
  readonly clockTolerance: number
}

/** What is wrong with the claims of an access token (RFC 9068 section 4). What is not expected is not looked at. */
export function claimsFault(
  claims: Readonly<Record<string, unknown>>,
  { issuer, audience, now, clockTolerance }: TokenExpectation,
): TokenFault | undefined {
  const { iss, aud, exp, nbf } = claims
  if (issuer !== undefined && iss !== issuer) {
    return fault('wrong_issuer', `Its iss is ${shown(iss)}, and ${shown(issuer)} is expected, byte for byte.`)
  }
  if (audience !== undefined && ![aud].flat().includes(audience)) {
    return fault('wrong_audience', `Its aud is ${shown(aud)}, and ${shown(audience)} is not among it.`)
  }
  if (typeof exp !== 'number') return fault('no_expiry', 'It has no exp, so that it would be valid for ever.')
  if (now >= exp + clockTolerance) {
    return fault('expired', `It expired ${duration(now - exp)} ago, at ${instant(exp)}.`)
  }
  if (nbf !== undefined && typeof nbf !== 'number') {
    return fault('wrong_not_before', `Its nbf is ${shown(nbf)}, which is no time.`)
  }
  if (nbf !== undefined && nbf > now + clockTolerance) {
    return fault(
      'not_yet_valid',
      `It is not valid before ${instant(nbf)}, in ${duration(nbf - now)}: is a clock wrong?`,
    )
  }
  const wrong = wrongClaim(claims)
  if (wrong !== undefined) {
    return fault(
      'wrong_claim',
      `Its ${wrong} is ${shown(claims[wrong])}, which no access token may have (RFC 9068 section 2.2).`,
    )
  }
  return undefined
}
