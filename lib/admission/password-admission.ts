import type { MaybePromise } from '../grant-store.js'
import type { AuthenticateUser, LoginContext, PasswordContext, User } from '../resource-owner.js'
import type { SecondFactorRequired } from '../second-factor-required.js'

/** Lets checks of passwords through, so many at a time: hashes fill the thread pool that files and look-ups need too. */
export interface Admission {
  /** Does the check when its turn comes. @throws OAuthError 503 `temporarily_unavailable` where it does not come. */
  admit<T>(check: () => MaybePromise<T>): Promise<T>
  /** Does the work once no check waits, or not at all. What it rejects with goes to `tellTrouble`. */
  whenIdle(work: () => Promise<void>): void
  /** Tells the operator what went wrong beside the login. */
  tellTrouble(error: unknown): void
}

/** An {@link AuthenticateUser} that says itself which part of it is to be admitted. */
export type AdmittedCheck<U extends object = object> = (
  username: string,
  password: string,
  context: PasswordContext,
  admission: Admission,
) => MaybePromise<U | SecondFactorRequired<U> | false | null | undefined>

/**
 * An {@link AuthenticateUser} that can also be called by hand, without a server. Nothing is limited then.
 *
 * With a member, TypeScript infers `U` where `passwordVerifier` is called among the options: from a plain function it would
 * infer only once it has typed `subject`.
 */
export type PasswordVerifier<U extends object = User> = ((
  username: string,
  password: string,
  context: LoginContext & Partial<PasswordContext>,
) => MaybePromise<U | SecondFactorRequired<U> | false | null | undefined>) & { readonly name: string }

const checks = new WeakMap<object, AdmittedCheck>()

/** The check as a plain function, which works without a server too, and then without admission. */
export function selfAdmitting<U extends object>(check: AdmittedCheck<U>): PasswordVerifier<U> {
  const verifier: PasswordVerifier<U> = (username, password, context) =>
    check(username, password, { ...context, countAccount: context.countAccount ?? (() => true) }, AT_ONCE)
  checks.set(verifier, check)
  return verifier
}

/** What there is to be admitted of a function: what it says itself, or all of it. */
export function admittedCheck(authenticateUser: AuthenticateUser<object>): AdmittedCheck {
  const all: AdmittedCheck = (username, password, context, admission) =>
    admission.admit(() => authenticateUser(username, password, context))
  return checks.get(authenticateUser) ?? all
}

function printTrouble(error: unknown): void {
  console.error('express-oauth-password-grant: beside a login that succeeded this failed:', error)
}

const AT_ONCE: Admission = {
  admit: async (check) => check(),
  whenIdle(work) {
    work().catch(printTrouble)
  },
  tellTrouble: printTrouble,
}
