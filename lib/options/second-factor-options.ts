import type { AuthenticationMethods } from '../authentication-methods.js'
import type { MaybePromise } from '../grant-store.js'
import type { Lifetime } from '../lifetime.js'
import type { FindUser, LoginContext, User } from '../resource-owner.js'

/** How second factors are checked. Which factors there are is up to the application. */
export interface SecondFactorOptions<U extends object = User> {
  /**
   * Checks what the user answers, such as a TOTP code. Returns `true` if the answer is right, or the authentication methods of
   * password and answer together (RFC 8176; `true` means `['pwd', 'otp', 'mfa']`); `false`, `null` or `undefined` if it is
   * wrong. It must not accept a code twice (RFC 6238 section 5.2). Required.
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
  /** Finds the user again when the answer arrives. Default: `refreshUser`. One of the two must be a function. */
  findUser?: FindUser<U> | undefined
  /** How long an mfa_token is valid. Default: `'5m'`. */
  lifetime?: Lifetime | undefined
  /** Maximum number of answers for one mfa_token, at most 20. Default: `5`. */
  attempts?: number | undefined
}
