import { timerSeconds } from '../lifetime.js'
import type { KeyRing } from '../tokens/key-ring.js'
import { mfaTokens } from '../tokens/mfa-token.js'
import { knownMembers, optionalFunction, wholeNumber, wrong, wrongValue } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { SecondFactorOptions } from './second-factor-options.js'
import type { GrantSettings, SecondFactorSettings } from './settings.js'

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
