import type { Request } from 'express'
import { withoutAnswer } from '../endpoint/without-answer.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { User } from '../resource-owner.js'
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
 * or what `authenticateUser` threw.
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
    requireCredentials(settings),
    reserveLogin(settings),
    authenticateUser(settings),
  ])
  return async function loginForm(username, password, req) {
    // The boundary: its type says that there is one, and a caller in JavaScript may have none.
    const response = (req as Partial<Request> | undefined)?.res
    if (response === undefined) {
      throw new TypeError(
        'The third argument of oauth.authenticate must be the request that Express gives to the route.',
      )
    }
    const parameters = new Map([
      ['username', requiredText('username', username)],
      ['password', requiredText('password', password)],
    ])
    const request = await authenticate(req, response, parameters)
    const { user, subject, userKey } = request
    if (user === undefined) throw new Error('The steps of a login learnt no user.')
    settings.onEvent({ type: 'user_authenticated', subject, userKey }, request)
    return user
  }
}

/** A body parser makes lists and objects of `password[]=`. One that is empty counts as missing, as in a token request. */
function requiredText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  const isMissing = value === undefined || value === null || value === ''
  throw new OAuthError('invalid_request', isMissing ? `${name} is missing` : `${name} is not one text`)
}
