import { PASSWORD } from '../authentication-methods.js'
import type { Step } from '../endpoint/endpoint.js'
import type { Settings } from '../options/settings.js'
import { mfaRequired } from '../second-factor/mfa-required.js'

/** Asks for another factor where the application wants one: after the right password only, and before anything is granted. */
export function askForSecondFactor(settings: Settings): Step {
  return function askForSecondFactor(request) {
    const { isSecondFactorRequired, subject, knownClient, scope, userKey, spelledNameKey, now } = request
    if (isSecondFactorRequired) {
      throw mfaRequired(settings, { subject, clientId: knownClient?.id, scope, userKey, spelledNameKey, now }, request)
    }
    request.methods = PASSWORD
  }
}
