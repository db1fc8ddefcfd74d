import type { Step } from '../endpoint/endpoint.js'
import { addressKey, subjectKey, userAtAddressKey } from '../limits/limit-key.js'
import { whenAll } from '../async/maybe-promise.js'
import type { Settings } from '../options/settings.js'
import { answeredSecondFactor } from '../second-factor/answered-second-factor.js'

/** Authenticates the resource owner by the second factor, whose password was right before. */
export function authenticateBySecondFactor(settings: Settings): Step {
  const { secondFactor, limits } = settings
  if (secondFactor === undefined) return () => undefined
  return async function authenticateBySecondFactor(request) {
    const { http, parameters, knownClient: client, scope, exactNameKey, mfaToken: token, now } = request
    const answer = parameters.get('otp') ?? ''
    parameters.delete('otp')
    const context = { client, scope, request: http }
    const answered = await answeredSecondFactor(settings, secondFactor, { token, answer, context, now }, request)
    request.user = answered.user
    request.methods = answered.methods
    // Not before: with the password alone nobody makes an address one that is known.
    const { knownAddress } = limits
    if (knownAddress === undefined) return
    const secret = limits.secret()
    const address = addressKey(request.endUserAddress)
    const keys = [exactNameKey, subjectKey(secret, token.subject)]
    await whenAll(keys.map((key) => knownAddress.remember(userAtAddressKey(secret, key, address))))
  }
}
