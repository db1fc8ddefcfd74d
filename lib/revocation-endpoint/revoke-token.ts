import { sendJson } from '../endpoint/send-json.js'
import type { Step } from '../endpoint/endpoint.js'
import { presentedToken } from '../grants/presented-token.js'
import { revokeGrant } from '../grants/revoke-grant.js'
import type { Settings } from '../options/settings.js'

/**
 * Ends the grant that the token belongs to, whichever kind of token it is (RFC 7009 section 2.1). A token that is unknown, of
 * another client, or ended already is answered alike (section 2.2), and nothing comes of it. The body is JSON because a
 * widely used client throws without.
 */
export function revokeToken(settings: Settings): Step {
  return async function revokeToken(request) {
    const { parameters, client, now, response } = request
    const token = presentedToken(settings, parameters.get('token') ?? '', now)
    const [clientId, grantId] =
      token?.kind === 'refresh_token'
        ? [token.pointer.clientId, token.pointer.grantId]
        : [token?.clientId, token?.grantId]
    if (clientId === client.id && grantId !== undefined) await revokeGrant(settings, grantId, request)
    sendJson(response, 200, {})
  }
}
