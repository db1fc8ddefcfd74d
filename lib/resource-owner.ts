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
  context: LoginContext,
) => MaybePromise<U | SecondFactorRequired<U> | false | null | undefined>
