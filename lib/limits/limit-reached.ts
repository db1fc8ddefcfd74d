import { OAuthError } from '../oauth-error.js'

/** @param retryAfter Seconds. */
export function limitReached(retryAfter: number): OAuthError {
  return new OAuthError('temporarily_unavailable', 'Too many failed attempts; try again later', {
    status: 429,
    headers: { 'Retry-After': String(retryAfter) },
  })
}
