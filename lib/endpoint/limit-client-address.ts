import type { Settings } from '../options/settings.js'
import type { Step } from './endpoint.js'
import { withinLimit } from './within-limit.js'

/**
 * Refuses an address from which too many client authentications have failed. Those that succeed do not count: one
 * backend is one address and many users.
 */
export function limitClientAddress(settings: Settings): Step {
  const { clientAddress } = settings.limits
  if (clientAddress === undefined) return function limitClientAddress() {}
  return async function limitClientAddress(request) {
    await withinLimit(settings, request, 'clientAddress', clientAddress.check(request.addressKey))
  }
}
