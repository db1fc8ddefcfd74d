import { accessTokenCheck, type AccessTokenCheck, type RequireAccessTokenOptions } from './access-token-check.js'
import type { AccessTokenClaims } from './access-token-claims.js'
import type { GuardContext, GuardedRequest } from './guard-context.js'
import { guardEventRequest } from './guard-event-request.js'

/**
 * Checks the access token of a request and resolves to its claims, for everything that is not an Express route: a NestJS
 * guard, a WebSocket upgrade, a test. It sends no response and does not touch the request.
 *
 * Rejects with an OAuthError that has the `status` and the `headers` (with the challenge) of the response that the guard would
 * send: 401, 403, 400, 503, or 500 after `onError` was called.
 *
 * @throws TypeError (as a rejection) if the scope is malformed or not among the option `scopes`, or an option is wrong.
 */
export type CheckAccessToken = (
  request: GuardedRequest,
  scope?: string,
  options?: RequireAccessTokenOptions,
) => Promise<AccessTokenClaims>

export function checkAccessToken(context: GuardContext): CheckAccessToken {
  const checkOf = rememberedChecks(context)
  return async function checkAccessToken(request, scope, options) {
    const check = checkOf(scope, options)
    try {
      const { payload } = await check(request)
      return payload
    } catch (error) {
      throw context.refusalOf(error, request, guardEventRequest(request))
    }
  }
}

/** The routes of an application are few, and each requires the same on every request. */
const MOST_CHECKS = 1000

/** Makes each check once. */
export function rememberedChecks(context: GuardContext) {
  const checks = new Map<string, AccessTokenCheck>()
  return (scope: string | undefined, options: RequireAccessTokenOptions = {}): AccessTokenCheck => {
    // JSON takes other wrong values for one that is left out.
    if (scope !== undefined && typeof scope !== 'string') return accessTokenCheck(context, scope, options)
    const name = JSON.stringify([scope, options])
    const known = checks.get(name)
    if (known !== undefined) return known
    const check = accessTokenCheck(context, scope, options)
    if (checks.size < MOST_CHECKS) checks.set(name, check)
    return check
  }
}
