import type { EventRequest } from '../event.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** A login whose password was right. */
export interface HalfLogin {
  readonly subject: string
  /** The client that the rest must come from; absent for the application's own login form. */
  readonly clientId: string | undefined
  readonly scope: string
  readonly userKey: string
  readonly spelledNameKey: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The refusal that sends the client on to the second factor, with an mfa_token that says whose password was right.
 * @throws Error where no second factor is offered: the user is not let in.
 */
export function mfaRequired(
  { secondFactor, onEvent }: Settings,
  { now, ...login }: HalfLogin,
  request?: EventRequest,
): OAuthError {
  if (secondFactor === undefined) {
    throw new Error(
      'authenticateUser answered requireSecondFactor(user), and nobody can check one: give the option secondFactor, with verify.',
    )
  }
  const { subject, clientId, userKey } = login
  onEvent({ type: 'second_factor_required', subject, clientId, userKey }, request)
  return new OAuthError('mfa_required', 'A second factor is required', {
    members: { mfa_token: secondFactor.tokens.sign(login, Math.floor(now / 1000)) },
  })
}
