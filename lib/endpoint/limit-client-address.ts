import type { Settings } from '../options/settings.js'
import type { Step } from './endpoint.js'
import { withinLimit } from './within-limit.js'

/**
 * Refuses an address from which too many client authentications have failed, before the credentials are looked at. This is for
 * strategies of the application only, whose secrets may be weak or costly to compare; registered clients are limited by
 * `authenticateClient`, after the comparison.
 */
export function limitClientAddress(settings: Settings): Step {
  const { clientAddress } = settings.limits
  if (clientAddress === undefined || !settings.clientAuthentication.isGuessable) return function limitClientAddress() {}
  return async function limitClientAddress(request) {
    await withinLimit(settings, request, 'clientAddress', clientAddress.check(request.addressKey))
  }
}
