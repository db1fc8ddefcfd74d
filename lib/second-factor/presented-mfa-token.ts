import type { EventRequest } from '../event.js'
import type { Settings } from '../options/settings.js'
import type { MfaToken } from '../tokens/mfa-token.js'
import { refusedSecondFactor } from './refused-second-factor.js'

/**
 * An mfa_token of ours that is valid and this client's. Whether it is spent shows when it is used.
 * @param clientId Absent for the application's own login form, to which no client's is of use.
 * @param now Milliseconds since the epoch.
 * @throws OAuthError invalid_grant
 */
export function presentedMfaToken(
  settings: Pick<Settings, 'secondFactor' | 'onEvent'>,
  presented: string,
  clientId: string | undefined,
  now: number,
  request?: EventRequest,
): MfaToken {
  const token = settings.secondFactor?.tokens.verify(presented, Math.floor(now / 1000))
  if (token === undefined || token.clientId !== clientId) {
    throw refusedSecondFactor(
      settings,
      'not_valid',
      { subject: token?.subject, clientId, userKey: token?.userKey },
      request,
    )
  }
  return token
}
