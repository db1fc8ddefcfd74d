import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** No control characters but TAB: UNICODECHARNOCRLF (RFC 6749 appendix A). */
const NOT_ALLOWED = /[\x00-\x08\x0a-\x1f\x7f]/

/** Refuses credentials that no user can have, before anything is done with them. */
export function requireCredentials({ passwordLimit }: Settings, ...names: readonly [string, ...string[]]): Step {
  return function requireCredentials({ parameters }) {
    for (const name of names) {
      const value = parameters.get(name) ?? ''
      if (NOT_ALLOWED.test(value)) {
        throw new OAuthError('invalid_request', `${name} has a control character`)
      }
      if (value.length > passwordLimit || Buffer.byteLength(value) > passwordLimit) {
        throw new OAuthError('invalid_request', `${name} is longer than ${passwordLimit} bytes`)
      }
    }
  }
}
