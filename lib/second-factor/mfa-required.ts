import type { EventRequest } from '../event.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { beginningOfLogin } from '../stores/beginning-of-login.js'

/** A login whose password was right. */
export interface HalfLogin {
  readonly subject: string
  /** The client that the rest must come from; absent for the application's own login form. */
  readonly clientId: string | undefined
  readonly scope: string
  readonly userKey: string
  readonly exactNameKey: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The refusal that sends the client on to the second factor, with an mfa_token that says whose password was right.
 * Rejects with an Error if no second factor is offered, so that the user is not let in, and with a GrantStoreError if the store does
 * not say what time it is.
 */
export async function mfaRequired(
  { secondFactor, onEvent }: Settings,
  { now, ...login }: HalfLogin,
  request?: EventRequest,
): Promise<OAuthError> {
  if (secondFactor === undefined) {
    throw new Error(
      'authenticateUser answered requireSecondFactor(user), and nobody can check one: give the option secondFactor, with verify.',
    )
  }
  const { subject, clientId, userKey } = login
  // By the store's clock, because another process may check it.
  const beganAt = await beginningOfLogin(secondFactor.store, subject, now)
  onEvent({ type: 'second_factor_required', subject, clientId, userKey }, request)
  return new OAuthError('mfa_required', 'A second factor is required', {
    members: { mfa_token: secondFactor.tokens.sign({ ...login, beganAt }, Math.floor(now / 1000)) },
  })
}
