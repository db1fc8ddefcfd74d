import type { Step } from '../endpoint/endpoint.js'
import { revokeGrant } from '../grants/revoke-grant.js'
import type { Settings } from '../options/settings.js'
import { refusedRefreshToken } from './refused-refresh-token.js'

/**
 * Is the user still there, and still allowed in? One who is not ends the grant. This stands before the rotation, so that
 * a look-up that fails costs nobody a session, however long it fails.
 */
export function findUserAgain(settings: Settings): Step {
  const { refreshUser, onEvent } = settings
  if (refreshUser === undefined) return () => undefined
  return async function findUserAgain(request) {
    const { client, scope, http, subject, refreshToken } = request
    const user = await refreshUser(subject, { client, scope, request: http })
    if (user === false || user === null || user === undefined) {
      const { grantId } = refreshToken
      await revokeGrant(settings, grantId, request)
      onEvent({ type: 'refresh_refused', reason: 'user_refused', clientId: client.id, grantId }, request)
      throw refusedRefreshToken()
    }
    request.user = user
  }
}
