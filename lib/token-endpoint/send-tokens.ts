import { sendJson } from '../endpoint/send-json.js'
import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'

/** Signs the tokens and answers them (RFC 6749 section 5.1). */
export function sendTokens(settings: Settings): Step {
  const { accessTokens, accessTokenLifetime, grants, onEvent } = settings
  return function sendTokens(request) {
    const { client, subject, scope, grant, methods, now, addedClaims, addedMembers, grantType, response } = request
    const nowSeconds = Math.floor(now / 1000)
    const accessToken = accessTokens.sign({
      client,
      subject,
      scope,
      grantId: grant?.id,
      authenticatedAt: grant === undefined ? nowSeconds : Math.floor(grant.createdAt / 1000),
      methods,
      now: nowSeconds,
      added: addedClaims,
    })
    const mayRefresh = grants !== undefined && grant !== undefined && client.grantTypes.has('refresh_token')
    sendJson(response, 200, {
      token_type: 'Bearer',
      expires_in: accessTokenLifetime,
      access_token: accessToken,
      refresh_token: mayRefresh ? grants.tokens.sign(grant, methods, nowSeconds) : undefined,
      scope,
      ...addedMembers,
    })
    onEvent(
      { type: 'token_issued', grantType: grantType.name, subject, clientId: client.id, grantId: grant?.id, scope },
      request,
    )
  }
}
