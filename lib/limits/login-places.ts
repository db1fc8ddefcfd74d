import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../event.js'
import { andThen, whenAll } from '../async/maybe-promise.js'
import type { Place } from './held-place.js'
import type { KnownAddresses } from './known-addresses.js'
import { subjectKey, userAtAddressKey } from './limit-key.js'
import type { Limiter } from './limiter.js'
import { lookAt, type Look } from './reserve-together.js'

/** The limits that hold for logins. A limiter that is off is `undefined`. */
export interface LoginLimits {
  readonly address: Limiter | undefined
  readonly userAndAddress: Limiter | undefined
  readonly user: Limiter | undefined
  readonly knownAddress: KnownAddresses | undefined
}

/** Who logs in from where, as keys. */
export interface LoginKeys {
  readonly secret: string
  readonly address: string
  /** The name, folded. */
  readonly user: string
  /** The name as it is spelt. */
  readonly exactName: string
}

/**
 * Where a login counts: by address; by name and address; and by name, unless the user has logged in from there lately.
 *
 * At a known address the name counts as it is spelt, and a success clears that count. Elsewhere it counts folded, and no
 * success clears that count, because another user whose name folds to the same could otherwise clear it at will.
 */
export class LoginPlaces {
  readonly #limits: LoginLimits
  readonly #keys: LoginKeys
  readonly #here: string
  readonly #exactHere: string
  readonly #all: readonly Place[]
  readonly #accountsHere = new Map<string, string>()

  constructor(limits: LoginLimits, keys: LoginKeys) {
    const { secret, address, user, exactName } = keys
    this.#limits = limits
    this.#keys = keys
    this.#here = userAtAddressKey(secret, user, address)
    this.#exactHere = userAtAddressKey(secret, exactName, address)
    this.#all = [
      ...place('address', limits.address, address),
      ...place('userAndAddress', limits.userAndAddress, this.#here),
      ...(limits.knownAddress === undefined
        ? []
        : place('userAndAddress', limits.userAndAddress, this.#exactHere, true)),
      ...place('user', limits.user, user),
    ]
  }

  /** Reads the counts of all places at once, and returns those that matter. */
  look(): MaybePromise<readonly Look[]> {
    const { knownAddress } = this.#limits
    const known = knownAddress?.has(this.#exactHere) ?? false
    return andThen(lookAt(this.#all), (looks) =>
      andThen(known, (isKnown) => {
        return looks.filter(({ name, isCleared }) => {
          if (name === 'userAndAddress') return isCleared === isKnown
          return name !== 'user' || !isKnown
        })
      }),
    )
  }

  /**
   * Reads the counts of an account, and returns those that matter. Whether the address is known is asked of the account itself:
   * a user of the same name at another client, say, makes an address known for the name.
   */
  lookAtAccount(subject: string): MaybePromise<readonly Look[]> {
    const { secret, address } = this.#keys
    const { knownAddress, userAndAddress, user } = this.#limits
    const account = subjectKey(secret, subject)
    const accountHere = userAtAddressKey(secret, account, address)
    this.#accountsHere.set(subject, accountHere)
    const known = knownAddress?.has(accountHere) ?? false
    const places = [...place('userAndAddress', userAndAddress, accountHere, true), ...place('user', user, account)]
    return andThen(lookAt(places), (looks) =>
      andThen(known, (isKnown) => (isKnown ? looks.filter(({ name }) => name !== 'user') : looks)),
    )
  }

  /** Makes the address one that is known for this spelling of the name, and for the account if the login counted by it. */
  remember(subject: string): MaybePromise<void> {
    const { knownAddress } = this.#limits
    if (knownAddress === undefined) return undefined
    const accountHere = this.#accountsHere.get(subject)
    const keys = accountHere === undefined ? [this.#exactHere] : [this.#exactHere, accountHere]
    return andThen(whenAll(keys.map((key) => knownAddress.remember(key))), () => undefined)
  }
}

function place(name: LimitName, limiter: Limiter | undefined, key: string, isCleared = false): readonly Place[] {
  return limiter === undefined ? [] : [{ name, limiter, key, isCleared }]
}
