import { ShedLogin } from '../admission/shed-login.js'
import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { SecondFactorRequired } from '../second-factor-required.js'
import type { Admission } from '../password-admission.js'
import type { User } from '../resource-owner.js'

/** Authenticates the resource owner (RFC 6749 section 4.3.2). Every way to fail is one and the same `invalid_grant`. */
export function authenticateUser(settings: Settings): Step {
  const tellRefusal = (request: EndpointRequest, reason: 'wrong_credentials' | 'application', code: string) => {
    const { clientId, userKey } = request
    settings.onEvent({ type: 'login_refused', reason, code, clientId, userKey }, request)
  }
  return async function authenticateUser(request) {
    const { http, parameters, knownClient: client, scope, loginAttempt } = request
    const username = parameters.get('username') ?? ''
    const password = parameters.get('password') ?? ''
    parameters.delete('password')
    let user: unknown
    try {
      const context = { client, scope, request: http }
      user = await settings.userAuthentication(username, password, context, admission(settings, request))
    } catch (error) {
      if (!isVerdictOnPassword(error)) await loginAttempt.giveBack()
      if (error instanceof OAuthError && !(error instanceof ShedLogin)) tellRefusal(request, 'application', error.code)
      throw error
    }
    if (user === undefined) {
      tellRefusal(request, 'wrong_credentials', 'invalid_grant')
      throw new OAuthError('invalid_grant', 'The user name or the password is wrong')
    }
    request.isSecondFactorRequired = user instanceof SecondFactorRequired
    // Half of an authentication makes up for no failure.
    await (request.isSecondFactorRequired ? loginAttempt.giveBack() : loginAttempt.succeed())
    request.user = (user instanceof SecondFactorRequired ? user.user : user) as User // the boundary: `subjectOf` is the first to look at it, and throws where it has no subject
    request.subject = settings.subjectOf(request.user)
  }
}

/** The line that this request's password check waits in. */
function admission({ passwordChecks, onError }: Settings, request: EndpointRequest): Admission {
  const tellTrouble = (error: unknown) => {
    onError(error, { requestId: request.id, request: request.http })
  }
  return {
    admit: (check) => passwordChecks.admit(check, request.response),
    whenIdle(work) {
      passwordChecks.whenIdle(work, tellTrouble)
    },
    tellTrouble,
  }
}

/** Trouble is no verdict, and a second factor is asked for only after the right password. Whatever else is thrown counts. */
function isVerdictOnPassword(error: unknown): boolean {
  return error instanceof OAuthError && error.code !== 'mfa_required' && error.status < 500
}
