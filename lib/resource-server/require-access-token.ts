import type { NextFunction, Request, Response } from 'express'
import type { MaybePromise } from '../grant-store.js'
import { lifetimeSeconds, type Lifetime } from '../lifetime.js'
import { OAuthError } from '../oauth-error.js'
import { knownMembers, nonEmptyText, wrong } from '../options/option-kinds.js'
import { isScopeToken, scopeTokens } from '../scope.js'
import type { Claims, VerifiedJwt } from '../tokens/jwt.js'
import type { AccessTokenVerifier } from './access-token-verifier.js'
import { bearerToken } from './bearer-token.js'
import { challenged, INVALID_TOKEN, NOTHING_SENT, type Requirement } from './challenge.js'

/** `req.auth` behind the guard, in the shape of express-oauth2-jwt-bearer. It is frozen. */
export interface AccessTokenAuth {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Claims
  readonly token: string
}

export interface RequireAccessTokenOptions {
  /**
   * Asks the grant store, or the introspection endpoint, at each request, so that a revoked grant ends at once and not with
   * its access token. Default: false.
   */
  livingGrant?: boolean
  /**
   * How long ago the user may have given the password, for routes that want a fresh login: else 401
   * `insufficient_user_authentication` (RFC 9470). Default: as long ago as it may be.
   */
  maxAge?: Lifetime
}

/**
 * Lets a request through that carries an access token of the issuer for our audience and with all of the scope, and puts the
 * token's claims in `req.auth`. Else it answers by RFC 6750 section 3: 401 without a code where nothing was sent, 401
 * `invalid_token`, 403 `insufficient_scope`, 400 `invalid_request`; 503 `temporarily_unavailable` where what it has to ask
 * does not answer.
 *
 * @throws TypeError where the scope is malformed, or an option is wrong.
 */
export type RequireAccessToken = (
  scope?: string,
  options?: RequireAccessTokenOptions,
) => (request: Request, response: Response, next: NextFunction) => void

/** What a guard stands on. */
export interface ResourceServer {
  readonly realm: string
  readonly verifier: AccessTokenVerifier
  /** Whether the grant of a token that was verified is living; absent where there is nobody to ask. */
  readonly isLiving: ((token: string, claims: Claims, now: number) => MaybePromise<boolean>) | undefined
  /** What to give where `livingGrant` is asked for and there is nobody to ask. */
  readonly livingRemedy: string
  readonly answerError: (request: Request, response: Response, error: unknown) => void
}

/** The access token of a request, checked. @throws OAuthError with its challenge. */
export type CheckAccessToken = (request: Request) => MaybePromise<AccessTokenAuth>

export function accessTokenGuard(server: ResourceServer): RequireAccessToken {
  return (scope, options) => {
    const check = accessTokenCheck(server, scope, options)
    return function requireAccessToken(request, response, next) {
      const allow = (auth: AccessTokenAuth) => {
        Object.assign(request, { auth })
        next()
      }
      const refuse = (error: unknown) => {
        server.answerError(request, response, error)
      }
      let auth: MaybePromise<AccessTokenAuth>
      try {
        auth = check(request)
      } catch (error) {
        refuse(error)
        return
      }
      if (auth instanceof Promise) auth.then(allow, refuse).catch(next)
      else allow(auth)
    }
  }
}

/** @throws TypeError where the scope is malformed, or an option is wrong. */
export function accessTokenCheck(
  { realm, verifier, isLiving, livingRemedy }: ResourceServer,
  scope: string | undefined,
  options: RequireAccessTokenOptions = {},
): CheckAccessToken {
  const given = knownMembers('The second argument of requireAccessToken', options, { livingGrant: true, maxAge: true })
  const { livingGrant = false } = given
  if (typeof livingGrant !== 'boolean') throw wrong('livingGrant', livingGrant, 'give true or false')
  if (livingGrant && isLiving === undefined) {
    throw new TypeError(`livingGrant asks whether a grant is living, and nobody can tell: ${livingRemedy}.`)
  }
  const asksForLife = livingGrant ? isLiving : undefined
  const required: Requirement = {
    realm,
    scope: requiredScope(scope),
    maxAge: given.maxAge === undefined ? undefined : lifetimeSeconds('maxAge', given.maxAge),
  }

  function accepted(token: string, verified: VerifiedJwt | undefined, now: number): AccessTokenAuth {
    if (verified === undefined) throw challenged(required, INVALID_TOKEN)
    const { header, claims } = verified
    if (required.scope.length > 0 && !isGranted(required.scope, claims)) {
      throw challenged(required, new OAuthError('insufficient_scope', 'The access token has too little scope'))
    }
    if (required.maxAge !== undefined && !isRecent(claims, now - required.maxAge)) {
      throw challenged(
        required,
        new OAuthError('insufficient_user_authentication', 'The user must give the password anew'),
      )
    }
    return { header, payload: claims, token }
  }

  async function acceptedLiving(
    token: string,
    pending: MaybePromise<VerifiedJwt | undefined>,
    now: number,
  ): Promise<AccessTokenAuth> {
    const verified = await pending
    if (verified !== undefined && asksForLife !== undefined) {
      if (!(await asksForLife(token, verified.claims, now))) {
        verifier.forget(token)
        throw challenged(required, INVALID_TOKEN)
      }
    }
    return accepted(token, verified, now)
  }

  return function checkAccessToken(request) {
    const token = sentToken(required, request)
    const now = Math.floor(Date.now() / 1000)
    const verified = verifier.verify(token, now)
    return verified instanceof Promise || asksForLife !== undefined
      ? acceptedLiving(token, verified, now)
      : accepted(token, verified, now)
  }
}

function sentToken(required: Requirement, request: Request): string {
  let token: string | undefined
  try {
    token = bearerToken(request)
  } catch (error) {
    throw challenged(required, error)
  }
  if (token === undefined) throw challenged(required, NOTHING_SENT)
  return token
}

function requiredScope(scope: string | undefined): readonly string[] {
  if (scope === undefined) return []
  const required = scopeTokens(nonEmptyText('scope', scope))
  if (required.length > 0 && required.every(isScopeToken)) return required
  throw wrong('scope', scope, 'give scope tokens delimited by spaces, or leave it out to require none')
}

function isGranted(scope: readonly string[], { scope: claim }: Claims): boolean {
  const granted = scopeTokens(String(claim))
  return scope.every((one) => granted.includes(one))
}

/** A token that does not say when the user authenticated is not recent (RFC 9470 section 6.1). */
function isRecent({ auth_time: time }: Claims, since: number): boolean {
  return typeof time === 'number' && time >= since
}
