import type { Request } from 'express'
import { withoutAnswer } from '../endpoint/without-answer.js'
import { requiredFields, responseOf } from '../endpoint/posted-fields.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'
import { askForSecondFactor } from '../token-endpoint/ask-for-second-factor.js'
import { authenticateUser } from '../token-endpoint/authenticate-user.js'
import { refuseStoppedLogins } from '../token-endpoint/refuse-stopped-logins.js'
import { requireCredentials } from '../token-endpoint/require-credentials.js'
import { reserveLogin } from '../token-endpoint/reserve-login.js'

/**
 * Authenticates a user at a login form of the application's own, by the very steps that the token endpoint takes: one set of
 * limits, one line of password checks, one audit.
 *
 * Resolves to the user. Rejects with an OAuthError: `invalid_grant`, `invalid_request` for what is no text or too long, 429
 * or 503 `temporarily_unavailable` with `Retry-After` in its `headers`, 500 `server_error` once `onError` was told the cause,
 * 403 `mfa_required` with an `mfa_token` in its
 * `members` for `oauth.authenticateSecondFactor`, or what `authenticateUser` threw.
 *
 * @param username As the form has it: what is missing or no text is refused.
 * @param req Of Express: its `ip` is the end user's address, and its response tells whether anybody still waits.
 */
export type AuthenticateAtForm<U extends User = User> = (
  username: unknown,
  password: unknown,
  req: Request,
) => Promise<U>

export function loginForm(settings: Settings): AuthenticateAtForm {
  const authenticate = withoutAnswer(settings, [
    refuseStoppedLogins(settings),
    requireCredentials(settings, 'username', 'password'),
    reserveLogin(settings),
    authenticateUser(settings),
    askForSecondFactor(settings),
  ])
  return async function loginForm(username, password, req) {
    const response = responseOf(req, 'oauth.authenticate')
    const parameters = requiredFields({ username, password })
    const request = await authenticate(req, response, parameters)
    const { user, subject, userKey } = request
    if (user === undefined) throw new Error('The steps of a login learnt no user.')
    settings.onEvent({ type: 'user_authenticated', subject, userKey }, request)
    return user
  }
}
