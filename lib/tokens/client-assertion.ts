import { isSignedBy } from './jwt.js'
import { nestsDeeperThan } from '../values/nests-deeper-than.js'
import { DEEPEST_JSON, LONGEST_TOKEN } from './token-bounds.js'
import type { VerificationKey } from './verification-key.js'

/** Why a client assertion was refused. */
export type AssertionRefusal =
  'malformed_assertion' | 'wrong_signature' | 'wrong_audience' | 'expired_assertion' | 'early_assertion'

/** A client assertion whose signature and claims have been checked. */
export interface VerifiedAssertion {
  /** `jti` */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export interface AssertionExpectation {
  readonly clientId: string
  /** The client's public keys. */
  readonly keys: readonly VerificationKey[]
  /** The issuer of this server: the only audience that is accepted. */
  readonly issuer: string
  /** Seconds since the epoch. */
  readonly now: number
}

/** The longest lifetime of an assertion, in seconds: for so long its `jti` has to be remembered. */
const LONGEST_LIFETIME = 300

/** How far ahead a client's clock may be, in seconds. */
const CLOCK_TOLERANCE = 10

/** `typ` may be absent. OpenID Connect clients send `JWT`, and the successor of RFC 7523 introduces the other one. */
const TYPES = new Set<unknown>([undefined, 'jwt', 'client-authentication+jwt'])

/** The client that an assertion claims to be from. Nothing has been verified yet. */
export function claimedClientId(assertion: string): string | undefined {
  const subject = partOf(assertion, 1)?.['sub']
  return typeof subject === 'string' ? subject : undefined
}

/**
 * Verifies a client assertion (RFC 7523 section 3, with the rules of its successor draft for `aud`): one of the client's keys
 * signed it with that key's own algorithm; `iss` and `sub` are the client; `aud` is the issuer and nothing else, so that no
 * other server can have asked for it; `exp` and `jti` are present; it lives five minutes at most; and `iat` and `nbf` are no
 * more than ten seconds ahead. Whether it was used before is for the grant store to say.
 */
export function verifyClientAssertion(
  assertion: string,
  { clientId, keys, issuer, now }: AssertionExpectation,
): VerifiedAssertion | AssertionRefusal {
  if (!hasAcceptableHeader(assertion)) return 'malformed_assertion'
  if (!candidates(assertion, keys).some((key) => isSignedBy(key, assertion))) return 'wrong_signature'
  const { iss, sub, aud, exp, iat = now, nbf = now, jti } = partOf(assertion, 1) ?? {}
  if (iss !== clientId || sub !== clientId || typeof jti !== 'string' || jti === '') return 'malformed_assertion'
  if (!isTime(exp) || !isTime(iat) || !isTime(nbf)) return 'malformed_assertion'
  if (!isOnly(issuer, aud)) return 'wrong_audience'
  if (exp <= now) return 'expired_assertion'
  if (Math.max(iat, nbf) > now + CLOCK_TOLERANCE) return 'early_assertion'
  const longest = LONGEST_LIFETIME + CLOCK_TOLERANCE
  if (exp - iat > LONGEST_LIFETIME || exp - now > longest) return 'malformed_assertion'
  return { id: jti, expiresAt: exp * 1000 }
}

function hasAcceptableHeader(assertion: string): boolean {
  const { typ, kid, crit } = partOf(assertion, 0) ?? { typ: null }
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
  return TYPES.has(type) && crit === undefined && (kid === undefined || typeof kid === 'string')
}

/** The keys that may have signed an assertion: those of its `alg` and, if it names one, its `kid`. */
function candidates(assertion: string, keys: readonly VerificationKey[]): readonly VerificationKey[] {
  const { alg, kid } = partOf(assertion, 0) ?? {}
  return keys.filter(({ id, algorithm }) => algorithm === alg && (kid === undefined || id === kid))
}

function isTime(claim: unknown): claim is number {
  return typeof claim === 'number' && Number.isFinite(claim)
}

function isOnly(issuer: string, audience: unknown): boolean {
  return audience === issuer || (Array.isArray(audience) && audience.length === 1 && audience[0] === issuer)
}

/** The header (0) or the claims (1) of a JWT, or `undefined` if that is not an object. */
function partOf(assertion: string, index: 0 | 1): Readonly<Record<string, unknown>> | undefined {
  if (assertion.length > LONGEST_TOKEN) return undefined
  const part = assertion.split('.', 2)[index] ?? ''
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !nestsDeeperThan(DEEPEST_JSON, value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
