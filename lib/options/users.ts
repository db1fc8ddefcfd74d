import { admittedCheck } from '../admission/password-admission.js'
import type { User } from '../resource-owner.js'
import {
  applicationUserAuthentication,
  userAuthentication,
  type UserAuthentication,
} from '../strategies/user-authentication.js'
import { described } from '../values/shown.js'
import { nonEmptyText, optionalFunction, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import { passportOption } from './passport.js'

/** How users authenticate: by `authenticateUser`, or by the strategy that `userStrategy` names. */
export function userAuthenticationOption(options: OAuthPasswordGrantOptions): UserAuthentication {
  const { authenticateUser, userStrategy } = options
  if ((authenticateUser === undefined) === (userStrategy === undefined)) {
    throw new TypeError(
      `Give one of authenticateUser and userStrategy${userStrategy === undefined ? '' : ', not both'}: a function (username, password) that returns the user, or the name of a Passport strategy.`,
    )
  }
  if (userStrategy !== undefined) {
    const name = nonEmptyText('userStrategy', userStrategy)
    return applicationUserAuthentication(passportOption(options.passport, 'userStrategy'), name)
  }
  if (typeof authenticateUser !== 'function')
    throw wrong('authenticateUser', authenticateUser, 'give a function (username, password) that returns the user')
  return userAuthentication(admittedCheck(authenticateUser))
}

/** The `sub` of a user. @throws TypeError if the option is not a function. */
export function subjectOption(subject: ((user: User) => string) | undefined): (user: object) => string {
  const given = optionalFunction('subject', subject)
  return (user) => {
    const answer = given === undefined ? idOf(user) : given(user as User) // the boundary: whatever the application returned
    if (typeof answer !== 'string' || answer === '') {
      const remedy =
        given === undefined
          ? 'return users whose id is a string, a number or a bigint, or give the option subject'
          : `the option subject returned ${described(answer)}; it must return a string that is not empty`
      throw new Error(`The user has no subject: ${remedy}.`)
    }
    return answer
  }
}

function idOf(user: { readonly id?: unknown }): string {
  const { id } = user
  return typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint' ? String(id) : ''
}
