import type { Request } from 'express'
import type { Client } from './client.js'
import type { MaybePromise } from './grant-store.js'
import type { SecondFactorRequired } from './second-factor-required.js'

/** A user whose `id` becomes the `sub` of tokens. Any other object can be a user too if the option `subject` is given. */
export interface User {
  readonly id: string | number | bigint
}

/** What functions of the application are called with in addition to their other arguments. */
export interface LoginContext {
  /** The client that makes the request. `undefined` at the application's own forms (`oauth.authenticate`). */
  readonly client: Client | undefined
  /**
   * The scope that the client asks for, separated by spaces; the client's registration allows all of it. Empty without a
   * client.
   */
  readonly scope: string
  /** The request of Express. Its body may be unread: user name and password are arguments of their own. */
  readonly request: Request
}

/**
 * Counts a login also by the account that was found, not only by the name that was typed, so that guesses at one account share
 * its limits whatever spelling finds it. Call it before you check the password, and with `undefined` if there is no such user,
 * so that an unknown user takes as long. Several calls for one user in one login count once.
 *
 * Returns `false`, or a promise of it, if a limit of the account is reached. Then go on as if there were no such user: any
 * other response would reveal that there is one. Throws an Error if the user has no subject.
 */
export type CountAccount = (user: object | false | null | undefined) => MaybePromise<boolean>

/** What a check of a password is called with, in addition to the user name and the password. */
export interface PasswordContext extends LoginContext {
  /**
   * Limits guesses by the account that you found: `if (!(await context.countAccount(user))) user = undefined`, before you check
   * the password. You need this line if your database finds one user by several names that the limits count separately: if
   * users log in by name or by email address, or if its collation ignores more than case and accents. `passwordVerifier` does
   * it for you.
   */
  readonly countAccount: CountAccount
}

/** What functions of the application are called with for a request to the token endpoint. */
export interface RequestContext extends LoginContext {
  /** The client that makes the request. */
  readonly client: Client
}

/**
 * Checks a user name and a password. Returns the user, or `false`, `null` or `undefined` if they are wrong: clients then get
 * the same `invalid_grant` whatever the reason. Returns `requireSecondFactor(user)` if they are right but not enough.
 *
 * An {@link OAuthError} that it throws reaches the client as it is; anything else is a 500. It should take as long for an
 * unknown user as for a wrong password, as `passwordVerifier` does.
 */
export type AuthenticateUser<U extends object = User> = (
  username: string,
  password: string,
  context: PasswordContext,
) => MaybePromise<U | SecondFactorRequired<U> | false | null | undefined>

/**
 * Finds a user again by the subject, for example at a refresh. Returns `false`, `null` or `undefined` if there is no such user,
 * or if the user may no longer log in.
 */
export type FindUser<U extends object = User> = (
  subject: string,
  context: LoginContext,
) => MaybePromise<U | false | null | undefined>
