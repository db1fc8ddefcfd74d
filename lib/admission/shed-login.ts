import { OAuthError } from '../oauth-error.js'

/** A login whose password was not looked at, because others were being checked. */
export class ShedLogin extends OAuthError {
  /** @param retryAfter Seconds. */
  constructor(retryAfter: number) {
    super('temporarily_unavailable', 'Too many logins at once; try again later', {
      headers: { 'Retry-After': String(retryAfter) },
    })
  }
}
