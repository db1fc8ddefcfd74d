import type { Request } from 'express'
import { requiredFields, responseOf } from '../endpoint/posted-fields.js'
import { withoutAnswer } from '../endpoint/without-answer.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'
import { authenticateBySecondFactor } from '../token-endpoint/authenticate-by-second-factor.js'
import { readMfaToken } from '../token-endpoint/read-mfa-token.js'
import { refuseStoppedLogins } from '../token-endpoint/refuse-stopped-logins.js'
import { requireCredentials } from '../token-endpoint/require-credentials.js'

/**
 * Ends a login at a form of the application's own that `oauth.authenticate` has left with `mfa_required`, by the very steps
 * that the token endpoint takes: one set of limits, one use of an mfa_token, one audit. An mfa_token of a client is of no use
 * here, nor one of the form to a client.
 *
 * Resolves to the user. Rejects with an OAuthError: `invalid_grant` (the answer is wrong, or the mfa_token of no use),
 * `invalid_request`, 429 or 503 `temporarily_unavailable` with `Retry-After` in its `headers`, 500 `server_error` once
 * `onError` was told the cause, or what `secondFactor.verify` threw. Rejects with a TypeError where there is no option
 * `secondFactor`.
 *
 * @param mfaToken From the `members` of the OAuthError; the application keeps it in its session, or in a hidden field.
 * @param answer As the form has it: what is missing or no text is refused.
 * @param req Of Express.
 */
export type AuthenticateSecondFactor<U extends User = User> = (
  mfaToken: unknown,
  answer: unknown,
  req: Request,
) => Promise<U>

export function secondFactorForm(settings: Settings): AuthenticateSecondFactor {
  const authenticate = withoutAnswer(settings, [
    requireCredentials(settings, 'otp'),
    readMfaToken(settings),
    refuseStoppedLogins(settings),
    authenticateBySecondFactor(settings),
  ])
  return async function secondFactorForm(mfaToken, answer, req) {
    if (settings.secondFactor === undefined) {
      throw new TypeError(
        'oauth.authenticateSecondFactor checks by the option secondFactor, which is missing: give it.',
      )
    }
    const response = responseOf(req, 'oauth.authenticateSecondFactor')
    const parameters = requiredFields({ mfa_token: mfaToken, otp: answer })
    const request = await authenticate(req, response, parameters)
    const { user, subject, userKey } = request
    if (user === undefined) throw new Error('The steps of a second factor learnt no user.')
    settings.onEvent({ type: 'user_authenticated', subject, userKey }, request)
    return user
  }
}
