import type { Request } from 'express'
import type { Client } from './client.js'
import type { MaybePromise } from './grant-store.js'
import type { SecondFactorRequired } from './second-factor-required.js'

/** A user as the application knows it; `id` becomes `sub` unless the option `subject` says otherwise. */
export interface User {
  readonly id?: string | number | bigint
}

/** What a check of a password is told beside it. */
export interface LoginContext {
  /** Absent at the application's own login form (`oauth.authenticate`). */
  readonly client: Client | undefined
  /** The scope asked for, already checked against the client's registration; empty where there is no client. */
  readonly scope: string
  /** The request as Express has it. Its body may be unread: the credentials are the hook's other arguments. */
  readonly request: Request
}

/**
 * Counts a login also by the account that was found, not only by the name that was typed, so that guesses at one account share
 * its limits whatever spelling finds it. Call it before you check the password, and with `undefined` if there is no such user,
 * so that an unknown user takes as long. Several calls for one user in one login count once.
 *
 * Returns `false`, or a promise of it, if a limit of the account is reached. Then go on as if there were no such user: any
 * other answer would reveal that there is one. Throws an Error if the user has no subject.
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

/** What the application's hooks are told about a request of a client. */
export interface RequestContext extends LoginContext {
  readonly client: Client
}

/**
 * Checks a user name and password. Answers the user, or `false`, `null` or `undefined` where they do not fit: every such
 * answer is the same `invalid_grant`; or `requireSecondFactor(user)` where they do and are not enough. An {@link OAuthError}
 * that it throws reaches the client as it is, anything else is a 500. It should take as long for an unknown user as for a
 * wrong password, as `passwordVerifier` does.
 */
export type AuthenticateUser<U extends User = User> = (
  username: string,
  password: string,
  context: PasswordContext,
) => MaybePromise<U | SecondFactorRequired<U> | false | null | undefined>
