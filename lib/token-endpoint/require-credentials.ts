import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'

/** No control characters but TAB: UNICODECHARNOCRLF (RFC 6749 appendix A). */
const NOT_ALLOWED = /[\x00-\x08\x0a-\x1f\x7f]/

/** Bytes. A code has six digits, but the answer may also be what a security key signed, as JSON. */
const OTP_LIMIT = 4096

type Credential = 'username' | 'password' | 'otp'

/** Refuses credentials that no user can have, before they are folded, hashed or given to the application. */
export function requireCredentials(
  { usernameLimit, passwordLimit }: Settings,
  ...names: readonly [Credential, ...Credential[]]
): Step {
  const limits = { username: usernameLimit, password: passwordLimit, otp: OTP_LIMIT }
  return function requireCredentials({ parameters }) {
    for (const name of names) {
      const value = parameters.get(name) ?? ''
      const limit = limits[name]
      // The number of UTF-16 code units is known already, and never larger than the number of bytes.
      if (value.length > limit || Buffer.byteLength(value) > limit) {
        throw new OAuthError('invalid_request', `${name} is longer than ${limit} bytes`)
      }
      if (NOT_ALLOWED.test(value)) {
        throw new OAuthError('invalid_request', `${name} has a control character`)
      }
    }
  }
}
