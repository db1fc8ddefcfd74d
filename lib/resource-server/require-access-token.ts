import type { NextFunction, Request, Response } from 'express'
import { sendRefusal } from '../endpoint/send-error.js'
import type { MaybePromise } from '../grant-store.js'
import { accessTokenCheck, type AccessTokenAuth, type RequireAccessTokenOptions } from './access-token-check.js'
import type { GuardContext } from './guard-context.js'
import { guardEventRequest } from './guard-event-request.js'

/** A middleware that guards a route. It leaves the types of the route's params, body and query as they are. */
export type AccessTokenGuard = <P, ResBody, ReqBody, ReqQuery, Locals extends Record<string, unknown>>(
  request: Request<P, ResBody, ReqBody, ReqQuery, Locals>,
  response: Response<ResBody, Locals>,
  next: NextFunction,
) => void

/**
 * Makes a guard for a route: it calls `next` if the request carries an access token of the issuer for our audience with all
 * of the scope, and puts the token's claims in `req.auth`. It sends the other refusals as RFC 6750 section 3 requires: 401
 * without a code if there is no token, 401 `invalid_token`, 403 `insufficient_scope`, 400 `invalid_request`; 503
 * `temporarily_unavailable` if the token cannot be checked right now.
 *
 * The client never learns why a token is invalid. The operator does: by the event `access_token_refused`, and for one token by
 * `npx express-oauth-password-grant token`.
 *
 * @throws TypeError if the scope is malformed or not among the option `scopes`, or an option is wrong.
 */
export type RequireAccessToken = (scope?: string, options?: RequireAccessTokenOptions) => AccessTokenGuard

export function requireAccessToken(context: GuardContext): RequireAccessToken {
  return (scope, options) => {
    const check = accessTokenCheck(context, scope, options)
    return function requireAccessToken(request, response, next) {
      const allow = (auth: AccessTokenAuth) => {
        Object.assign(request, { auth })
        next()
      }
      const refuse = (error: unknown) => {
        sendRefusal(response as Response, context.refusalOf(error, request, guardEventRequest(request))) // any body
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
