import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { addressKey, exactNameKey, usernameKey } from '../limits/limit-key.js'
import { limitReached } from '../limits/limit-reached.js'
import { LoginAttempt } from '../limits/login-attempt.js'
import { LoginPlaces } from '../limits/login-places.js'
import { isRefused, reserveTogether, type Refused } from '../limits/reserve-together.js'
import { andThen } from '../async/maybe-promise.js'
import type { Settings } from '../options/settings.js'

/** How long a login may wait at limits in all, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Counts the login before its password is checked, so that simultaneous guesses do not slip through together. A user that
 * does not exist counts like one that does. A login that is refused counts nowhere.
 */
export function reserveLogin(settings: Settings): Step {
  const { limits } = settings
  return function reserveLogin(request) {
    const secret = limits.secret()
    const username = request.parameters.get('username') ?? ''
    const user = (request.userKey = usernameKey(secret, username))
    const exactName = (request.exactNameKey = exactNameKey(secret, username))
    const { response } = request
    const places = new LoginPlaces(limits, { secret, address: addressKey(request.endUserAddress), user, exactName })
    const waiting = { response, patience: { left: PATIENCE_MS } }
    const onRefused = (refused: Refused) => {
      tellOf(refused, settings, request)
    }
    return andThen(
      reserveTogether(() => places.look(), waiting),
      (outcome) => {
        if (isRefused(outcome)) {
          onRefused(outcome)
          throw limitReached(outcome.retryAfter)
        }
        request.loginAttempt = new LoginAttempt(places, waiting, outcome, onRefused)
      },
    )
  }
}

function tellOf({ limit, isGone }: Refused, { onEvent, onMisconfiguration }: Settings, request: EndpointRequest): void {
  if (isGone) return
  const { clientId, userKey } = request
  onEvent({ type: 'limit_reached', limit, clientId, userKey }, request)
  // A backend that does not name its users' addresses is one address, and one of its users can lock out all the others.
  const isBackend = clientId !== undefined && !request.client.isPublic
  if (limit === 'address' && isBackend && request.endUserAddress === request.address)
    onMisconfiguration('shared_address', request)
}
