import type { AuthenticateOptions } from '../options/authenticate-options.js'
import { namedEndUserAddress } from '../endpoint/named-end-user-address.js'
import { exchangeOf, requiredFields } from '../endpoint/posted-fields.js'
import type { RouteRequest } from '../network/route-request.js'
import { withoutResponse } from '../endpoint/without-response.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'
import { authenticateBySecondFactor } from '../token-endpoint/authenticate-by-second-factor.js'
import { readMfaToken } from '../token-endpoint/read-mfa-token.js'
import { refuseStoppedLogins } from '../token-endpoint/refuse-stopped-logins.js'
import { requireCredentials } from '../token-endpoint/require-credentials.js'

/**
 * Completes a login at a form of the application that `oauth.authenticate` has rejected with `mfa_required`, with the steps
 * that the token endpoint takes: the same limits, one use of each mfa_token, the same events. An mfa_token that a client got
 * is refused here, and one of the form is refused at the token endpoint.
 *
 * Resolves to the user. Rejects with an OAuthError: `invalid_grant` (the answer is wrong, or the mfa_token is not usable),
 * `invalid_request`, 429 or 503 `temporarily_unavailable` with `Retry-After` in its `headers`, 500 `server_error` after
 * `onError` was called with the cause, or what `secondFactor.verify` threw. Rejects with a TypeError if the option
 * `secondFactor` is missing, `req` is not a request of Express, or `options` has an unknown member.
 *
 * @param mfaToken From the `members` of the OAuthError; the application keeps it in its session, or in a hidden field.
 * @param answer As the form has it: a missing value, or one that is not a string, is refused.
 * @param req The request of Express.
 * @param options `endUserAddress`, as for `oauth.authenticate`.
 */
export type AuthenticateSecondFactor<U extends object = User> = (
  mfaToken: unknown,
  answer: unknown,
  req: RouteRequest,
  options?: AuthenticateOptions,
) => Promise<U>

export function secondFactorForm(settings: Settings): AuthenticateSecondFactor {
  const authenticate = withoutResponse(settings, [
    requireCredentials(settings, 'otp'),
    readMfaToken(settings),
    refuseStoppedLogins(settings),
    authenticateBySecondFactor(settings),
  ])
  return async function secondFactorForm(mfaToken, answer, req, options) {
    if (settings.secondFactor === undefined) {
      throw new TypeError(
        'oauth.authenticateSecondFactor needs the option secondFactor, which is missing: give its verify function.',
      )
    }
    const { http, response } = exchangeOf(req, 'oauth.authenticateSecondFactor')
    const endUserAddress = namedEndUserAddress(options, 'oauth.authenticateSecondFactor')
    const parameters = requiredFields({ mfa_token: mfaToken, otp: answer })
    const request = await authenticate(http, response, parameters, endUserAddress)
    const { user, subject, userKey } = request
    if (user === undefined) throw new Error('The steps of a second factor set no user.')
    settings.onEvent({ type: 'user_authenticated', subject, userKey }, request)
    return user
  }
}
