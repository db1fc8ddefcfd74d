import type { AuthenticationMethods } from '../authentication-methods.js'
import type { MaybePromise } from '../grant-store.js'
import type { Lifetime } from '../lifetime.js'
import type { FindUser, LoginContext, User } from '../resource-owner.js'

export interface SecondFactorOptions<U extends object = User> {
  /**
   * Checks what a user answers to the second factor, such as a TOTP code. `true`, or which methods it made together with the
   * password (RFC 8176; `true` is `['pwd', 'otp', 'mfa']`); `false`, `null` or `undefined` where the answer is wrong. It must
   * not take one code twice (RFC 6238 section 5.2). Required.
   */
  verify: (
    user: U,
    answer: string,
    context: LoginContext,
  ) => MaybePromise<boolean | AuthenticationMethods | null | undefined>
  /**
   * Sends the user what they need to answer, such as a text message with a code or a push message. Called after the right
   * password, once for each `mfa_required` response, and limited per user by `limits.secondFactorPrompt`: beyond that limit, and
   * while `limits.secondFactor` is reached, the response is a 429 and this function is not called. Never send codes in
   * `authenticateUser`, where nothing limits them. If it throws an OAuthError, the client receives that error; anything else is
   * a 500. Default: nothing is sent.
   */
  sendCode?: ((user: U, context: LoginContext) => MaybePromise<unknown>) | undefined
  /** Finds the user again when the answer comes. Default: `refreshUser`. One of the two must be a function. */
  findUser?: FindUser<U> | undefined
  /** How long an mfa_token is valid. Default: `'5m'`. */
  lifetime?: Lifetime | undefined
  /** How many answers may be tried with one mfa_token. Default: `5`. */
  attempts?: number | undefined
}
