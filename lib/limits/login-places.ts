import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../limit-name.js'
import { andThen } from '../maybe-promise.js'
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
  readonly spelledName: string
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
  readonly #spelledHere: string
  readonly #all: readonly Place[]
  #isKnown = false

  constructor(limits: LoginLimits, keys: LoginKeys) {
    const { secret, address, user, spelledName } = keys
    this.#limits = limits
    this.#keys = keys
    this.#here = userAtAddressKey(secret, user, address)
    this.#spelledHere = userAtAddressKey(secret, spelledName, address)
    this.#all = [
      ...place('address', limits.address, address),
      ...place('userAndAddress', limits.userAndAddress, this.#here),
      ...(limits.knownAddress === undefined
        ? []
        : place('userAndAddress', limits.userAndAddress, this.#spelledHere, true)),
      ...place('user', limits.user, user),
    ]
  }

  /** Reads the counts of all places at once, and returns those that matter. */
  look(): MaybePromise<readonly Look[]> {
    const { knownAddress } = this.#limits
    const known = knownAddress?.has(this.#spelledHere) ?? false
    return andThen(lookAt(this.#all), (looks) =>
      andThen(known, (isKnown) => {
        this.#isKnown = isKnown
        return looks.filter(({ name, isCleared }) => {
          if (name === 'userAndAddress') return isCleared === isKnown
          return name !== 'user' || !isKnown
        })
      }),
    )
  }

  ofAccount(subject: string): readonly Place[] {
    const { secret, address } = this.#keys
    const account = subjectKey(secret, subject)
    return [
      ...place('userAndAddress', this.#limits.userAndAddress, userAtAddressKey(secret, account, address), true),
      ...(this.#isKnown ? [] : place('user', this.#limits.user, account)),
    ]
  }

  /** Makes the address one that is known for this spelling of the name. */
  remember(): MaybePromise<void> {
    return this.#limits.knownAddress?.remember(this.#spelledHere)
  }
}

function place(name: LimitName, limiter: Limiter | undefined, key: string, isCleared = false): readonly Place[] {
  return limiter === undefined ? [] : [{ name, limiter, key, isCleared }]
}
