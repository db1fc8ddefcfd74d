import type { Store } from 'express-rate-limit'
import type { LimitName, LimitStoreName } from '../event.js'
import { timerSeconds, type Lifetime } from '../lifetime.js'
import { circuitBreaker } from '../limits/circuit-breaker.js'
import { knownAddresses, type KnownAddresses } from '../limits/known-addresses.js'
import { limiter, type Limiter, type SharedStore } from '../limits/limiter.js'
import { derivedSecret } from '../tokens/derived-secret.js'
import { secretKey } from '../tokens/key-object.js'
import type { KeyRing } from '../tokens/key-ring.js'
import { isPlainObject, knownMembers, optionalFunction, wholeNumber, wrong } from './option-kinds.js'
import type { SecretUses } from './secret-uses.js'

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

export interface Limits extends Readonly<Record<LimitName, Limiter | undefined>> {
  readonly knownAddress: KnownAddresses | undefined
  /** Keys the hashes under which users are counted. */
  readonly secret: () => string
}

export interface LimitsParts {
  readonly keyRing: KeyRing
  readonly secrets: SecretUses
  /** How long a call of a store may take, in milliseconds. */
  readonly storeTimeout: number
  readonly onStoreFailure: (name: LimitStoreName, error: unknown) => void
}

/**
 * - One client that is set up wrongly fails at every user's login, from an address that others may share: a short window lets
 *   them back in soon.
 * - By address: behind one address of an office or a mobile network stand thousands of people, of whose logins one in ten
 *   fails; 100 in a quarter of an hour are a thousand logins, and to a credential stuffer 9,600 of his millions in a day.
 * - By name and address: ten in a quarter of an hour are a forgetful user's, not a guesser's (OWASP: count against the
 *   account, and let the user in again soon).
 * - By name: after 100 failures the rest of the hour is waited out (NIST SP 800-63B-4 section 3.2.2 has 100 in a row, and waits
 *   of up to an hour). It slows strangers down only: an address from which the user has logged in lately is not held to it.
 * - Second factor: whoever answers one has given the right password, so nobody else can use these attempts up. Ten in an hour
 *   take four years, day and night, to meet one of the three six-digit codes that are good at a time.
 * - Second-factor prompts: someone who has the right password, or an account of their own with an expensive telephone number,
 *   must not be able to send messages at will, and no sign of success resets the count, because the owner of such a number can
 *   answer each code. Five leave room for two devices and a few messages that got lost; a quarter of an hour is as long as a
 *   user who has mistyped the password waits, and leaves an attacker 20 messages an hour for each account.
 */
const DEFAULTS: Readonly<Record<LimitName, { readonly limit: number; readonly window: string }>> = {
  clientAddress: { limit: 60, window: '1m' },
  address: { limit: 100, window: '15m' },
  userAndAddress: { limit: 10, window: '15m' },
  user: { limit: 100, window: '1h' },
  secondFactor: { limit: 10, window: '1h' },
  secondFactorPrompt: { limit: 5, window: '15m' },
}

/** Two weeks without a login, after which a device counts as a stranger's. */
const KNOWN_ADDRESS_WINDOW = '14d'

const MEMBERS = {
  clientAddress: true,
  address: true,
  userAndAddress: true,
  user: true,
  knownAddress: true,
  secondFactor: true,
  secondFactorPrompt: true,
  store: true,
  secret: true,
} satisfies Record<keyof LimitsOptions, true>

const LIMIT_MEMBERS = { limit: true, window: true } satisfies Record<keyof LimitOptions, true>

const KNOWN_ADDRESS_MEMBERS = { window: true } satisfies Record<keyof KnownAddressOptions, true>

export function limitsOption(value: unknown, parts: LimitsParts): Limits {
  const members = knownMembers('limits', value === undefined || value === false ? {} : value, MEMBERS)
  const shared = sharedStores(members.store, parts)

  function one(name: LimitName): Limiter | undefined {
    if (value === false || members[name] === false) return undefined
    const given = knownMembers(`limits.${name}`, orDefaults(members[name]), LIMIT_MEMBERS)
    const { limit = DEFAULTS[name].limit, window = DEFAULTS[name].window } = given
    return limiter({
      limit: wholeNumber(`limits.${name}.limit`, limit, 1),
      window: timerSeconds(`limits.${name}.window`, window),
      ...shared(name),
    })
  }

  function known(): KnownAddresses | undefined {
    if (value === false || members.knownAddress === false) return undefined
    const given = knownMembers('limits.knownAddress', orDefaults(members.knownAddress), KNOWN_ADDRESS_MEMBERS)
    const seconds = timerSeconds('limits.knownAddress.window', given.window ?? KNOWN_ADDRESS_WINDOW)
    // Without `userAndAddress` no limit by name would be left at a known address.
    return members.userAndAddress === false ? undefined : knownAddresses(seconds, shared('knownAddress').shared)
  }

  return {
    clientAddress: one('clientAddress'),
    address: one('address'),
    userAndAddress: one('userAndAddress'),
    user: one('user'),
    knownAddress: known(),
    secondFactor: one('secondFactor'),
    secondFactorPrompt: one('secondFactorPrompt'),
    secret: limitSecret(members.secret, parts),
  }
}

/**
 * The last key of the ring is the one that all processes have while a new one is being put in front: they go on counting
 * under the same keys, and nobody who is under attack begins anew because another key signs.
 */
function limitSecret(given: unknown, { keyRing, secrets }: LimitsParts): () => string {
  if (given === undefined) return () => (keyRing.keys.at(-1) ?? keyRing.keys[0]).limitSecret
  const key = secretKey('limits.secret', given)
  secrets.add('limits.secret', key)
  const secret = derivedSecret(key.export(), 'limit key').toString('base64url')
  return () => secret
}

/** Only `undefined` selects the defaults; `null` is rejected. */
function orDefaults(given: unknown): unknown {
  return given === undefined ? {} : given
}

/** All stores of one server are one place, which is away for all of them or for none. */
function sharedStores(given: unknown, { storeTimeout, onStoreFailure }: LimitsParts) {
  const makeStore = optionalFunction('limits.store', given) as ((name: LimitStoreName) => unknown) | undefined
  const guard = circuitBreaker(storeTimeout)
  const stores = new Set<unknown>()
  return (name: LimitStoreName): { shared?: SharedStore } => {
    if (makeStore === undefined) return {}
    const store = makeStore(name)
    if (!isStore(store) || stores.has(store)) {
      throw wrong(`limits.store(${JSON.stringify(name)})`, store, 'return a new express-rate-limit store for each name')
    }
    stores.add(store)
    const onFailure = (error: unknown) => {
      onStoreFailure(name, error)
    }
    return { shared: { store, guard, onFailure } }
  }
}

function isStore(store: unknown): store is Store {
  return (
    isPlainObject(store) &&
    ['increment', 'decrement', 'resetKey'].every((method) => typeof Reflect.get(store, method) === 'function')
  )
}
