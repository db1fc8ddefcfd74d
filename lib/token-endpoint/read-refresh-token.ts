import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { refusedRefreshToken } from './refused-refresh-token.js'

/** Is it a refresh token of ours, valid, and this client's (RFC 6749 section 6)? */
export function readRefreshToken({ grants, onEvent }: Settings): Step {
  return function readRefreshToken(request) {
    const token = request.parameters.get('refresh_token') ?? ''
    // Expired no longer ago than the retry window it may be a retry: the row has the last word on its own expiry.
    const now = request.now - (grants?.retryWindow ?? 0)
    const pointer = grants?.tokens.verify(token, Math.floor(now / 1000))
    if (pointer?.clientId !== request.client.id) {
      const { id: clientId } = request.client
      onEvent({ type: 'refresh_refused', reason: 'not_valid', clientId, grantId: pointer?.grantId }, request)
      throw refusedRefreshToken()
    }
    request.refreshToken = pointer
    request.subject = pointer.subject
    request.methods = pointer.methods
  }
}
