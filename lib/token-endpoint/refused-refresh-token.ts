import { OAuthError } from '../oauth-error.js'

/** The same words whatever the cause: expired, revoked, somebody else's, replayed, or no refresh token at all. */
export function refusedRefreshToken(): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is invalid, expired or revoked')
}
