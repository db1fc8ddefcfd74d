import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { scopeTokens } from '../scope.js'
import { presentedMfaToken } from '../second-factor/presented-mfa-token.js'

/**
 * Is it an mfa_token of ours, valid, and this client's, or where there is none a login form's? The scope is that of the
 * password's request; what the client may no longer ask for, it no longer gets.
 */
export function readMfaToken(settings: Settings): Step {
  return function readMfaToken(request) {
    const { parameters, knownClient: client, now } = request
    const token = presentedMfaToken(settings, parameters.get('mfa_token') ?? '', client?.id, now, request)
    request.mfaToken = token
    request.subject = token.subject
    request.userKey = token.userKey
    request.exactNameKey = token.exactNameKey
    const registered = scopeTokens(token.scope).map((scope) => client?.scopes.get(scope))
    request.scope = registered.filter((scope) => scope !== undefined).join(' ')
  }
}
