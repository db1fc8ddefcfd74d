import type { EventRequest, SecondFactorRefusal } from '../event.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** Who is refused, as far as the mfa_token told. */
export interface Refused {
  readonly subject: string | undefined
  readonly clientId: string | undefined
  readonly userKey: string | undefined
}

/**
 * Tells the operator why. The refusal tells the client one of two things: that its answer is wrong, so that it may ask the
 * user again, or that its mfa_token is of no use, in the same words whatever the cause: expired, spent, somebody else's, or
 * none of ours.
 */
export function refusedSecondFactor(
  { onEvent }: Pick<Settings, 'onEvent'>,
  reason: SecondFactorRefusal,
  { subject, clientId, userKey }: Refused,
  request?: EventRequest,
): OAuthError {
  onEvent({ type: 'second_factor_refused', reason, subject, clientId, userKey }, request)
  return reason === 'wrong_answer'
    ? new OAuthError('invalid_grant', 'The answer to the second factor is wrong')
    : new OAuthError('invalid_grant', 'The mfa_token is invalid, expired or used up')
}
