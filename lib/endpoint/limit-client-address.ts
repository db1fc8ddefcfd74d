import type { Settings } from '../options/settings.js'
import type { Step } from './endpoint.js'

/**
 * Refuses an address from which too many client authentications have failed. Those that succeed do not count: one
 * backend is one address and many users.
 */
export function limitClientAddress({ limits }: Settings): Step {
  return function limitClientAddress({ addressKey }) {
    return limits.clientAddress?.check(addressKey)
  }
}
