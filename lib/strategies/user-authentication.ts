import type { PassportInstance } from './passport-instance.js'
import type { AdmittedCheck, Admission } from '../admission/password-admission.js'
import type { PasswordContext } from '../resource-owner.js'
import { accountCountable } from './count-account.js'
import { applicationStrategy, requestView } from './application-strategy.js'
import { authenticator } from './authenticator.js'
import { resourceOwnerStrategy } from './resource-owner-strategy.js'
import { strategyRunner } from './strategy-runner.js'

/** Checks a user name and password: answers the user, or `undefined` where it refuses. */
export type UserAuthentication = (
  username: string,
  password: string,
  context: PasswordContext,
  admission: Admission,
) => Promise<unknown>

/** By our own strategy, which asks the application's function. */
export function userAuthentication(check: AdmittedCheck): UserAuthentication {
  const authenticate = strategyRunner(resourceOwnerStrategy(check))
  return (username, password, context, admission) => authenticate({ username, password, context, admission })
}

/** By a strategy of the application, such as passport-local's: all of it waits its turn, for where it hashes is not known. */
export function applicationUserAuthentication(passport: PassportInstance, name: string): UserAuthentication {
  const strategy = applicationStrategy('userStrategy', passport, name)
  const authenticate = authenticator(strategy)
  const usernameField = fieldName(strategy, '_usernameField', 'username')
  const passwordField = fieldName(strategy, '_passwordField', 'password')
  return (username, password, { request, countAccount }, admission) => {
    const credentials = { username, password, [usernameField]: username, [passwordField]: password }
    const view = accountCountable(requestView(request, credentials), countAccount)
    return admission.admit(() => authenticate(view))
  }
}

/** passport-local may have been told other field names; what it reads is ours to name. */
function fieldName(strategy: object, property: string, usual: string): string {
  const name: unknown = Reflect.get(strategy, property)
  return typeof name === 'string' ? name : usual
}
