import { ShedLogin } from '../admission/shed-login.js'
import type { EndpointRequest } from '../endpoint/endpoint-request.js'
import type { Step } from '../endpoint/endpoint.js'
import { addressKey } from '../limits/limit-key.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { SecondFactorRequired } from '../second-factor-required.js'
import type { Admission } from '../admission/password-admission.js'
import type { MaybePromise } from '../grant-store.js'
import type { CountAccount, User } from '../resource-owner.js'

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
      const context = { client, scope, request: http, countAccount: accountCount(settings, request) }
      user = await settings.userAuthentication(username, password, context, admission(settings, request))
      if (user !== undefined) learnUser(settings, request, user)
    } catch (error) {
      await settleThrown(settings, request, error)
      if (error instanceof OAuthError && !(error instanceof ShedLogin)) tellRefusal(request, 'application', error.code)
      throw error
    }
    if (user === undefined) {
      tellRefusal(request, 'wrong_credentials', 'invalid_grant')
      throw new OAuthError('invalid_grant', 'The user name or the password is wrong')
    }
    // Half of an authentication makes up for no failure.
    await (request.isSecondFactorRequired ? loginAttempt.giveBack() : loginAttempt.succeed(request.subject))
  }
}

function learnUser({ subjectOf }: Settings, request: EndpointRequest, authenticated: unknown): void {
  request.isSecondFactorRequired = authenticated instanceof SecondFactorRequired
  const user: unknown = authenticated instanceof SecondFactorRequired ? authenticated.user : authenticated
  request.user = user as User // the boundary: `subjectOf` is the first to look at it, and throws if it has no subject
  request.subject = subjectOf(request.user)
}

/** Counts this login by the account that the application has found. */
function accountCount({ subjectOf }: Settings, request: EndpointRequest): CountAccount {
  const counted = new Map<string, MaybePromise<boolean>>()
  return function countAccount(user) {
    // An unknown user counts under a key of the name, and nobody can have a keyed hash as their subject.
    const subject = user ? subjectOf(user) : `unknown ${request.userKey}`
    const isWithinLimits = counted.get(subject) ?? request.loginAttempt.reserveAccount(subject)
    counted.set(subject, isWithinLimits)
    return isWithinLimits
  }
}

/** The queue of password checks, as far as this request is concerned. */
function admission({ passwordChecks, onError }: Settings, request: EndpointRequest): Admission {
  const tellTrouble = (error: unknown) => {
    onError(error, { requestId: request.id, request: request.http })
  }
  const { response, userKey } = request
  const login = { response, userKey, addressKey: addressKey(request.endUserAddress) }
  return {
    admit: (check) => passwordChecks.admit(check, login),
    whenIdle(work) {
      passwordChecks.whenIdle(work, tellTrouble)
    },
    tellTrouble,
  }
}

/** Decides whether a login whose check has thrown counts as a failed one. */
async function settleThrown({ onMisconfiguration }: Settings, request: EndpointRequest, error: unknown): Promise<void> {
  const { loginAttempt } = request
  const isRefusal = error instanceof OAuthError && error.status < 500
  if (isRefusal && error.code !== 'mfa_required') return // a verdict on the password
  // Nothing was checked if the login was shed, and `mfa_required` comes after the right password.
  if (isRefusal || error instanceof ShedLogin) await loginAttempt.giveBack()
  else if (!(await loginAttempt.giveBackError())) onMisconfiguration('check_throws', request)
}
