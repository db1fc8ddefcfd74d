import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import type { TokenContext } from '../options/options.js'
import type { Settings } from '../options/settings.js'

/** The members that the protocol defines for a token response (RFC 6749 sections 5.1 and 5.2). */
const PROTOCOL_MEMBERS = new Set(
  'token_type expires_in access_token refresh_token scope error error_description error_uri'.split(' '),
)

/** Asks the application what it adds to the token and to the response: before anything is written, for it may fail. */
export function askForAdditions({ accessTokenClaims, responseMembers }: Settings): Step {
  if (accessTokenClaims === undefined && responseMembers === undefined) return () => undefined
  return async function askForAdditions(request) {
    if (accessTokenClaims !== undefined) request.addedClaims = await accessTokenClaims(contextOf(request))
    if (responseMembers !== undefined) request.addedMembers = await responseMembers(contextOf(request))
    const clash = Object.keys(request.addedMembers ?? {}).find((name) => PROTOCOL_MEMBERS.has(name))
    if (clash !== undefined) {
      throw new Error(`responseMembers answered the member ${clash}, which the protocol defines: give it another name.`)
    }
  }
}

function contextOf({ http, grantType, client, scope, subject, user }: EndpointRequest): TokenContext {
  return { grantType: grantType.name, client, scope, subject, user, request: http }
}
