import type { Step } from '../endpoint/endpoint.js'
import { usernameKey } from '../limits/limit-key.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** An incident lasts, and nobody knows how long. */
const RETRY_AFTER_SECONDS = '60'

/**
 * Refuses a login while logins are stopped (see `oauth.logins`): before its password or second factor is looked at, and
 * before it counts.
 */
export function refuseStoppedLogins({ stoppedLogins, limits, onEvent }: Settings): Step {
  return function refuseStoppedLogins(request) {
    const { clientId } = request
    if (!stoppedLogins.includes(clientId)) return
    const username = request.parameters.get('username')
    const userKey = username === undefined ? request.userKey : usernameKey(limits.secret(), username)
    onEvent({ type: 'login_refused', reason: 'stopped', code: 'temporarily_unavailable', clientId, userKey }, request)
    throw new OAuthError('temporarily_unavailable', 'Logins are stopped for now; try again later', {
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    })
  }
}
