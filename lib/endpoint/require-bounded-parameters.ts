import { LONGEST_CLIENT_CREDENTIAL } from '../client.js'
import { OAuthError } from '../oauth-error.js'

/**
 * The most characters that each parameter may have, for a body limit that was raised and for work that takes longer than the
 * text. `username`, `password` and `otp` have limits of their own (see `requireCredentials`), and tokens too (see
 * `LONGEST_TOKEN`), because a token that is too long is refused like any other that is not valid. With all other parameters
 * nothing is done.
 */
const LIMITS: ReadonlyMap<string, number> = new Map([
  ['grant_type', 256],
  ['client_id', LONGEST_CLIENT_CREDENTIAL],
  ['client_secret', LONGEST_CLIENT_CREDENTIAL],
  ['client_assertion', 8192],
  ['client_assertion_type', 256],
  ['scope', 4096],
  ['resource', 2048],
  ['audience', 2048],
  ['code', 4096],
  ['token_type_hint', 256],
])

/** Refuses a parameter that is longer than any use of it, before anything is done with it. @throws OAuthError invalid_request */
export function requireBoundedParameters(parameters: ReadonlyMap<string, string>): void {
  for (const [name, value] of parameters) {
    const limit = LIMITS.get(name)
    if (limit !== undefined && value.length > limit) {
      throw new OAuthError('invalid_request', `${name} is longer than ${limit} characters`)
    }
  }
}
