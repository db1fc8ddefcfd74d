import { PASSWORD } from '../tokens/authentication-methods.js'
import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { mfaRequired } from '../second-factor/mfa-required.js'
import { sendCode } from './send-code.js'

/** Asks for another factor if the application requires one: only after the right password, and before anything is granted. */
export function askForSecondFactor(settings: Settings): Step {
  async function ask(request: EndpointRequest): Promise<void> {
    const { user, subject, knownClient, scope, userKey, exactNameKey, now } = request
    if (user !== undefined) await sendCode(settings, request, user)
    throw await mfaRequired(
      settings,
      { subject, clientId: knownClient?.id, scope, userKey, exactNameKey, now },
      request,
    )
  }
  return function askForSecondFactor(request) {
    if (request.isSecondFactorRequired) return ask(request)
    request.methods = PASSWORD
    return undefined
  }
}
