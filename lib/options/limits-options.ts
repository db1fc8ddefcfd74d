import type { Store } from 'express-rate-limit'
import type { Lifetime } from '../lifetime.js'
import type { LimitStoreName } from '../limit-name.js'

/** One limit on failures. */
export interface LimitOptions {
  /** Maximum number of failures per window; the next attempt is refused. */
  limit?: number | undefined
  /** Duration of a window, which begins with the first failure: 24 days at most. */
  window?: Lifetime | undefined
}

/** How long an address is known after a user has logged in from it. */
export interface KnownAddressOptions {
  /** 24 days at most. Default: `'14d'`. */
  window?: Lifetime | undefined
}

/** Limits on failed logins and failed client authentications. */
export interface LimitsOptions {
  /**
   * Failed client authentications per address. Default: 60 in a minute. `false`: no limit. Beyond the limit only failures are
   * refused. With `clientStrategies` every request from the address is, because the secrets they check may be weak.
   */
  clientAddress?: LimitOptions | false | undefined
  /** Failed logins per end-user address, whatever the names. Default: 100 in 15 minutes. `false`: no limit. */
  address?: LimitOptions | false | undefined
  /** Failed logins per user name and end-user address. Default: 10 in 15 minutes. `false`: no limit. */
  userAndAddress?: LimitOptions | false | undefined
  /** Failed logins per user name, from all addresses together. Default: 100 in an hour (see NIST SP 800-63B-4 section 3.2.2). `false`: no limit. */
  user?: LimitOptions | false | undefined
  /**
   * How long an address counts as known after a user has logged in from it. Known addresses are exempt from `user`, so that
   * guessers elsewhere cannot lock that user out, and there a success clears the failures of `userAndAddress`. Default: 14
   * days. `false`: no address is known, so no success clears any failure; the same applies if `userAndAddress` is off.
   */
  knownAddress?: KnownAddressOptions | false | undefined
  /** Wrong answers to a second factor per user, with whatever mfa_token. Default: 10 in an hour. `false`: no limit. */
  secondFactor?: LimitOptions | false | undefined
  /** Calls of `secondFactor.sendCode` per user. Default: 5 in 15 minutes. `false`: no limit. */
  secondFactorPrompt?: LimitOptions | false | undefined
  /** Makes the express-rate-limit store of one limiter, or of `knownAddress`. Default: the memory of this process. */
  store?: ((name: LimitStoreName) => Store) | undefined
  /**
   * Keys the hashes under which users are counted, 32 bytes or more. Default: derived from the last of the signing keys, which
   * is the oldest, so that a new key changes nothing. With a secret, removing the oldest key changes nothing either.
   */
  secret?: string | Uint8Array | undefined
}
