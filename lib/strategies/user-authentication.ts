import type { PassportInstance } from '../passport-instance.js'
import type { AuthenticateUser, RequestContext, User } from '../resource-owner.js'
import { applicationStrategy, requestView } from './application-strategy.js'
import { authenticator } from './authenticator.js'
import { resourceOwnerStrategy } from './resource-owner-strategy.js'
import { strategyRunner } from './strategy-runner.js'

/** Checks a user name and password: answers the user, or `undefined` where it refuses. */
export type UserAuthentication = (username: string, password: string, context: RequestContext) => Promise<unknown>

/** By our own strategy, which asks the application's function. */
export function userAuthentication<U extends User>(authenticateUser: AuthenticateUser<U>): UserAuthentication {
  const authenticate = strategyRunner(resourceOwnerStrategy(authenticateUser))
  return (username, password, context) => authenticate({ username, password, context })
}

/** By a strategy of the application, such as passport-local's. */
export function applicationUserAuthentication(passport: PassportInstance, name: string): UserAuthentication {
  const strategy = applicationStrategy('userStrategy', passport, name)
  const authenticate = authenticator(strategy)
  const usernameField = fieldName(strategy, '_usernameField', 'username')
  const passwordField = fieldName(strategy, '_passwordField', 'password')
  return (username, password, { request }) =>
    authenticate(requestView(request, { username, password, [usernameField]: username, [passwordField]: password }))
}

/** passport-local may have been told other field names; what it reads is ours to name. */
function fieldName(strategy: object, property: string, usual: string): string {
  const name: unknown = Reflect.get(strategy, property)
  return typeof name === 'string' ? name : usual
}
