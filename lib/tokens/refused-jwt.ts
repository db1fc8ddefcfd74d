import type { AccessTokenRefusalReason } from '../event.js'
import type { JwtExpectation, VerifiedJwt } from './jwt.js'
import { shown } from '../values/shown.js'

/** Why a JWT was refused, in the order of the checks: the first check that fails decides. */
export type JwtRefusalReason = Exclude<AccessTokenRefusalReason, 'revoked' | 'scope' | 'too_old'>

/** A JWT that was refused. `expected` and `got` are for the operator; they contain no secret and no token. */
export interface RefusedJwt {
  readonly refused: JwtRefusalReason
  readonly expected?: string
  readonly got?: string
}

export function isRefused(jwt: VerifiedJwt | RefusedJwt): jwt is RefusedJwt {
  return 'refused' in jwt
}

/**
 * What an error of jsonwebtoken says about a token. It checks the signature first, so `got` is what the issuer signed.
 * The names and messages are those of jsonwebtoken 9; anything else counts as `malformed`.
 */
export function refusedJwt(token: string, error: unknown, { issuer, audience, now }: JwtExpectation): RefusedJwt {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' }
  const clock = instant(now)
  if (name === 'TokenExpiredError') return { refused: 'expired', expected: clock, got: instant(claimOf(token, 'exp')) }
  if (name === 'NotBeforeError')
    return { refused: 'not_yet_valid', expected: clock, got: instant(claimOf(token, 'nbf')) }
  if (message === 'invalid signature') return { refused: 'signature' }
  if (message.startsWith('jwt issuer invalid')) {
    return { refused: 'issuer', expected: shown(issuer), got: shown(claimOf(token, 'iss')) }
  }
  if (message.startsWith('jwt audience invalid')) {
    return { refused: 'audience', expected: shown(audience), got: shown(claimOf(token, 'aud')) }
  }
  return { refused: 'malformed' }
}

/** A claim of a token whose signature is right. The payload need not be an object, nor JSON. */
function claimOf(token: string, name: string): unknown {
  const [, payload = ''] = token.split('.', 2)
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? (Reflect.get(claims, name) as unknown) : undefined
  } catch {
    return undefined
  }
}

/** A NumericDate as ISO 8601. */
function instant(seconds: unknown): string {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : NaN)
  return Number.isNaN(date.getTime()) ? shown(seconds) : date.toISOString()
}
