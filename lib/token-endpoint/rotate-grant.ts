import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { refusedRefreshToken } from './refused-refresh-token.js'

/**
 * Rotates the refresh token in one atomic act of the store (RFC 9700 section 4.14.2). A retry gets the successor that it
 * missed; a token that is older than that was stolen, and ends the grant for the thief and the client alike.
 */
export function rotateGrant({ grants, onEvent }: Settings): Step {
  return async function rotateGrant(request) {
    if (grants === undefined) throw refusedRefreshToken()
    const { client, refreshToken } = request
    const result = await grants.store.rotate({
      id: refreshToken.grantId,
      clientId: client.id,
      generation: refreshToken.generation,
      retryWindow: grants.retryWindow,
      idleLifetime: grants.idleLifetime,
    })
    if (result.outcome === 'absent') {
      onEvent({ type: 'refresh_refused', reason: 'ended', clientId: client.id, grantId: refreshToken.grantId }, request)
      throw refusedRefreshToken()
    }
    const { id, subject, clientId } = result.grant
    if (result.outcome === 'reused') {
      onEvent({ type: 'refresh_token_reused', subject, clientId, grantId: id }, request)
      throw refusedRefreshToken()
    }
    request.grant = result.grant
  }
}
