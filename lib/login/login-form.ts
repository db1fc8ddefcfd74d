import type { AuthenticateOptions } from '../options/authenticate-options.js'
import { namedEndUserAddress } from '../endpoint/named-end-user-address.js'
import { withoutResponse } from '../endpoint/without-response.js'
import { exchangeOf, requiredFields } from '../endpoint/posted-fields.js'
import type { RouteRequest } from '../network/route-request.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'
import { askForSecondFactor } from '../token-endpoint/ask-for-second-factor.js'
import { authenticateUser } from '../token-endpoint/authenticate-user.js'
import { refuseStoppedLogins } from '../token-endpoint/refuse-stopped-logins.js'
import { requireCredentials } from '../token-endpoint/require-credentials.js'
import { reserveLogin } from '../token-endpoint/reserve-login.js'

/**
 * Authenticates a user for a login form of the application, with the steps that the token endpoint takes: the same limits,
 * the same queue of password checks, the same events.
 *
 * Resolves to the user. Rejects with an OAuthError: `invalid_grant`; `invalid_request` for a value that is not a string, is too
 * long, or is not an address; 429 or 503 `temporarily_unavailable` with `Retry-After` in its `headers`; 500 `server_error`
 * after `onError` was called with the cause; 403 `mfa_required` with an `mfa_token` in its `members` for
 * `oauth.authenticateSecondFactor`; or what `authenticateUser` threw. Rejects with a TypeError if `req` is not a request of
 * Express, or `options` has an unknown member.
 *
 * It keeps no grant, so `oauth.grants.revokeAll` cannot refuse a login that is under way here. After a password change end the
 * sessions of your own whose login began before it, and compare again when this resolves.
 *
 * @param username As the form has it: a missing value, or one that is not a string, is refused.
 * @param req The request of Express: its `ip` is the end user's address, and its response shows whether anybody still waits.
 * @param options `endUserAddress`, if the request comes from a backend that names the address of its user.
 */
export type AuthenticateAtForm<U extends object = User> = (
  username: unknown,
  password: unknown,
  req: RouteRequest,
  options?: AuthenticateOptions,
) => Promise<U>

export function loginForm(settings: Settings): AuthenticateAtForm {
  const authenticate = withoutResponse(settings, [
    requireCredentials(settings, 'username', 'password'),
    refuseStoppedLogins(settings),
    reserveLogin(settings),
    authenticateUser(settings),
    askForSecondFactor(settings),
  ])
  return async function loginForm(username, password, req, options) {
    const { http, response } = exchangeOf(req, 'oauth.authenticate')
    const endUserAddress = namedEndUserAddress(options, 'oauth.authenticate')
    const parameters = requiredFields({ username, password })
    const request = await authenticate(http, response, parameters, endUserAddress)
    const { user, subject, userKey } = request
    if (user === undefined) throw new Error('The steps of a login set no user.')
    settings.onEvent({ type: 'user_authenticated', subject, userKey }, request)
    return user
  }
}
