import type { MaybePromise } from '../grant-store.js'
import { lifetimeSeconds, type Lifetime } from '../lifetime.js'
import { OAuthError } from '../oauth-error.js'
import { knownMembers, wrong } from '../options/option-kinds.js'
import { isScopeToken, scopeTokens } from '../scope.js'
import { shown } from '../values/shown.js'
import { isRefused, type RefusedJwt } from '../tokens/refused-jwt.js'
import type { AccessTokenClaims } from './access-token-claims.js'
import type { VerifiedAccessToken } from './access-token-verifier.js'
import { bearerToken } from './bearer-token.js'
import type { AccessTokenRefusal } from './access-token-refusal.js'
import {
  AUTHENTICATION_TOO_OLD,
  challenged,
  INSUFFICIENT_SCOPE,
  INVALID_TOKEN,
  NOTHING_SENT,
  type Requirement,
} from './challenge.js'
import type { GuardContext, GuardedRequest } from './guard-context.js'
import { guardEventRequest } from './guard-event-request.js'

/** `req.auth` behind the guard, frozen, in the shape of express-oauth2-jwt-bearer. */
export interface AccessTokenAuth {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: AccessTokenClaims
  readonly token: string
}

export interface RequireAccessTokenOptions {
  /**
   * Asks the grant store, or the introspection endpoint, on each request, so that a revoked grant ends immediately and not
   * when its access token expires. Default: `false`.
   */
  checkRevocation?: boolean | undefined
  /**
   * How long ago the user may have entered the password, for routes that require a recent login. An older login is refused
   * with 401 `insufficient_user_authentication` (RFC 9470). Default: no limit.
   */
  maxAge?: Lifetime | undefined
}

/**
 * Checks the access token of a request. Rejects or throws an OAuthError whose headers contain the challenge; anything else
 * that it throws means that the token could not be checked.
 */
export type AccessTokenCheck = (request: GuardedRequest) => MaybePromise<AccessTokenAuth>

const OPTIONS = { checkRevocation: true, maxAge: true } satisfies Record<keyof RequireAccessTokenOptions, true>

/** @throws TypeError if the scope is malformed or unknown, or an option is wrong. */
export function accessTokenCheck(
  context: GuardContext,
  scope: string | undefined,
  options: RequireAccessTokenOptions = {},
): AccessTokenCheck {
  const { realm, verifier, onRefused } = context
  const given = knownMembers('options', options, OPTIONS)
  const isLiving = requiredRevocationCheck(context, given.checkRevocation)
  const required: Requirement = {
    realm,
    scope: requiredScope(context, scope),
    maxAge: given.maxAge === undefined ? undefined : lifetimeSeconds('maxAge', given.maxAge),
  }

  function refused(request: GuardedRequest, error: OAuthError, why: Why, claims?: AccessTokenClaims): unknown {
    const { refused: reason, expected, got } = why
    const origin = { subject: claims?.sub, clientId: claims?.client_id }
    onRefused({ reason, expected, got, ...origin }, guardEventRequest(request))
    return challenged(required, error)
  }

  function sentToken(request: GuardedRequest): string {
    const token = bearerToken(request)
    if (token === undefined) throw challenged(required, NOTHING_SENT)
    if (token instanceof OAuthError) throw refused(request, token, { refused: 'malformed' })
    return token
  }

  function accepted(request: GuardedRequest, token: string, verified: Verified, now: number): AccessTokenAuth {
    if (isRefused(verified)) throw refused(request, INVALID_TOKEN, verified)
    const { header, claims } = verified
    const shortfall = missingScope(required, claims) ?? tooOld(required, claims, now)
    if (shortfall !== undefined) throw refused(request, shortfall.error, shortfall, claims)
    return { header, payload: claims, token }
  }

  async function acceptedLiving(
    request: GuardedRequest,
    token: string,
    pending: MaybePromise<Verified>,
    now: number,
  ): Promise<AccessTokenAuth> {
    const verified = await pending
    if (isLiving !== undefined && !isRefused(verified) && !(await isLiving(token, verified.claims, now))) {
      verifier.forget(token)
      throw refused(request, INVALID_TOKEN, { refused: 'revoked' }, verified.claims)
    }
    return accepted(request, token, verified, now)
  }

  return function checkAccessToken(request) {
    const token = sentToken(request)
    const now = Math.floor(Date.now() / 1000)
    const verified = verifier.verify(token, now)
    return verified instanceof Promise || isLiving !== undefined
      ? acceptedLiving(request, token, verified, now)
      : accepted(request, token, verified, now)
  }
}

type Verified = VerifiedAccessToken | RefusedJwt

/** The reason of a refusal, for the operator. */
interface Why {
  readonly refused: AccessTokenRefusal['reason']
  readonly expected?: string
  readonly got?: string
}

interface Shortfall extends Why {
  readonly error: OAuthError
}

function missingScope({ scope }: Requirement, { scope: granted }: AccessTokenClaims): Shortfall | undefined {
  if (scope.length === 0) return undefined
  const tokens = scopeTokens(granted)
  if (scope.every((one) => tokens.includes(one))) return undefined
  return { refused: 'scope', expected: shown(scope.join(' ')), got: shown(granted), error: INSUFFICIENT_SCOPE }
}

/** A token that does not say when the user authenticated counts as too old (RFC 9470 section 6.1). */
function tooOld({ maxAge }: Requirement, claims: AccessTokenClaims, now: number): Shortfall | undefined {
  if (maxAge === undefined) return undefined
  const { auth_time: time } = claims
  if (time !== undefined && time >= now - maxAge) return undefined
  const got = time === undefined ? 'no auth_time' : `${now - time} s`
  return { refused: 'too_old', expected: `${maxAge} s`, got, error: AUTHENTICATION_TOO_OLD }
}

function requiredScope({ scopes }: GuardContext, scope: string | undefined): readonly string[] {
  if (scope === undefined) return []
  if (typeof scope !== 'string' || scope === '') {
    throw wrong(
      'scope',
      scope,
      'give a string with spaces between scopes; options come second, after undefined if there is no scope',
    )
  }
  const required = scopeTokens(scope)
  if (required.length === 0 || !required.every(isScopeToken)) {
    throw wrong('scope', scope, 'give scope tokens separated by spaces, or leave it out to require none')
  }
  const unknown = required.find((one) => scopes?.has(one) === false)
  if (unknown === undefined) return required
  if (scopes?.size === 0) {
    throw new TypeError(
      `scope ${JSON.stringify(unknown)} does not exist, so no token could ever have it: list it in the option scopes.`,
    )
  }
  throw new TypeError(
    `scope ${JSON.stringify(unknown)} is not among the option scopes, so no token could ever have it: add it there, or correct it here.`,
  )
}

function requiredRevocationCheck({ isLiving, revocationRemedy }: GuardContext, given: unknown = false) {
  if (typeof given !== 'boolean') throw wrong('checkRevocation', given, 'give true or false')
  if (given && isLiving === undefined) {
    throw new TypeError(`checkRevocation has to ask whether a grant was revoked, and cannot: ${revocationRemedy}.`)
  }
  return given ? isLiving : undefined
}
