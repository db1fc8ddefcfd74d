import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { isPlainObject } from '../options/option-kinds.js'
import type { TokenContext } from '../options/options.js'
import type { Settings } from '../options/settings.js'
import { shown } from '../values/shown.js'

/** The members that the protocol defines for a token response (RFC 6749 sections 5.1 and 5.2). */
const PROTOCOL_MEMBERS = new Set(
  'token_type expires_in access_token refresh_token scope error error_description error_uri'.split(' '),
)

/** Asks the application what it adds to the token and to the response: before anything is written, for it may fail. */
export function askForAdditions({ accessTokenClaims, responseMembers }: Settings): Step {
  if (accessTokenClaims === undefined && responseMembers === undefined) return () => undefined
  return async function askForAdditions(request) {
    const context = contextOf(request)
    request.addedClaims = additions('accessTokenClaims', await accessTokenClaims?.(context))
    request.addedMembers = additions('responseMembers', await responseMembers?.(context))
    const clash = Object.keys(request.addedMembers ?? {}).find((name) => PROTOCOL_MEMBERS.has(name))
    if (clash !== undefined) {
      throw new Error(`responseMembers returned the member ${clash}, which the protocol defines: give it another name.`)
    }
  }
}

/** `null` adds nothing, because a database row may hold it. */
function additions(option: string, returned: unknown): Readonly<Record<string, unknown>> | undefined {
  if (returned === undefined || returned === null) return undefined
  if (isPlainObject(returned)) return returned
  throw new TypeError(`${option} returned ${shown(returned)}: return an object, or null to add nothing.`)
}

function contextOf({ http, grantType, client, scope, subject, user }: EndpointRequest): TokenContext {
  return { grantType: grantType.name, client, scope, subject, user, request: http }
}
