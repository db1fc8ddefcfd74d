import type { MaybePromise } from '../grant-store.js'
import { timerSeconds, type Lifetime } from '../lifetime.js'
import type { FindUser, LoginContext, User } from '../resource-owner.js'
import type { AuthenticationMethods } from '../tokens/authentication-methods.js'
import type { KeyRing } from '../tokens/key-ring.js'
import { mfaTokens } from '../tokens/mfa-token.js'
import { knownMembers, optionalFunction, wholeNumber, wrong, wrongValue } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { GrantSettings, SecondFactorSettings } from './settings.js'

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

const MEMBERS = {
  verify: true,
  sendCode: true,
  findUser: true,
  lifetime: true,
  attempts: true,
} satisfies Record<keyof SecondFactorOptions, true>

/** Each attempt is a row of the store until its mfa_token has expired. */
const MOST_ATTEMPTS = 20

/** How second factors are checked, or `undefined` if they are not. */
export function secondFactorOption(
  { secondFactor: given, refreshUser }: Pick<OAuthPasswordGrantOptions, 'secondFactor' | 'refreshUser'>,
  issuer: string,
  keyRing: KeyRing,
  grants: GrantSettings | undefined,
): SecondFactorSettings | undefined {
  if (given === undefined) return undefined
  const { verify, sendCode, findUser, lifetime = '5m', attempts = 5 } = knownMembers('secondFactor', given, MEMBERS)
  if (typeof verify !== 'function') {
    throw wrong(
      'secondFactor.verify',
      verify,
      'give a function (user, answer) that returns whether the answer is right',
    )
  }
  const find = optionalFunction('secondFactor.findUser', findUser) ?? (refreshUser === false ? undefined : refreshUser)
  if (find === undefined) {
    throw wrong(
      'secondFactor.findUser',
      find,
      'give a function (subject) that finds the user again, here or as refreshUser',
    )
  }
  if (grants === undefined) {
    throw new TypeError(
      "secondFactor needs the grant store, which keeps an mfa_token from being used twice, and refreshTokens is false: leave refreshTokens on, and register clients that need no refresh tokens with grantTypes: ['password'].",
    )
  }
  if (wholeNumber('secondFactor.attempts', attempts, 1) > MOST_ATTEMPTS) {
    throw wrongValue('secondFactor.attempts', attempts, `give ${MOST_ATTEMPTS} or fewer`)
  }
  const lifetimeInSeconds = timerSeconds('secondFactor.lifetime', lifetime)
  return {
    tokens: mfaTokens(issuer, keyRing, lifetimeInSeconds),
    lifetime: lifetimeInSeconds * 1000,
    findUser: find as SecondFactorSettings['findUser'], // just checked, as is the next
    verify: verify as SecondFactorOptions['verify'],
    sendCode: optionalFunction('secondFactor.sendCode', sendCode as SecondFactorOptions['sendCode']),
    attempts: Number(attempts),
    store: grants.store,
  }
}
