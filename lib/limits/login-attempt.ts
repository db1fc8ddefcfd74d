import type { MaybePromise } from '../grant-store.js'
import { andThen, whenAll } from '../maybe-promise.js'
import type { HeldPlace } from './held-place.js'
import { type Place } from './held-place.js'
import { errorKey } from './limiter.js'
import type { LoginPlaces } from './login-places.js'
import { isRefused, lookAt, reserveTogether, type Refused, type Waiting } from './reserve-together.js'

/** A login that the limiters have counted before its password is checked. */
export class LoginAttempt {
  readonly #places: LoginPlaces
  readonly #waiting: Waiting
  readonly #onRefused: (refused: Refused) => void
  readonly #held: HeldPlace[]
  #isSettled = false

  /** @param onRefused Called when a limit refuses the account. */
  constructor(
    places: LoginPlaces,
    waiting: Waiting,
    held: readonly HeldPlace[],
    onRefused: (refused: Refused) => void,
  ) {
    this.#places = places
    this.#waiting = waiting
    this.#held = [...held]
    this.#onRefused = onRefused
  }

  /**
   * Also counts the attempt by the account that the application has found, so that spelling variants of a name share its
   * limits. Returns `false` if a limit of the account is reached: check no password then, and refuse as if it were wrong. Waits
   * if attempts that are still under way hold the limit.
   */
  reserveAccount(subject: string): MaybePromise<boolean> {
    const places = this.#places.ofAccount(subject)
    // Only accounts that exist would wait for other processes, which would tell them from others. A name waits there before.
    return andThen(
      reserveTogether(() => lookAt(places), { ...this.#waiting, isAlone: true }),
      (outcome) => {
        if (isRefused(outcome)) {
          this.#onRefused(outcome)
          return false
        }
        this.#held.push(...outcome)
        if (this.#isSettled) this.settle()
        return true
      },
    )
  }

  /**
   * The password is correct. The failures of this spelling of the name, and of the account, at this address no longer count if
   * the user has logged in there before; the attempt itself no longer counts anywhere; and the address is known from now on.
   */
  succeed(): MaybePromise<void> {
    // Neither the count of the name alone nor that of the address is cleared: guessers elsewhere would begin anew whenever
    // the user logs in, and guessers with an account of their own whenever they do.
    return andThen(whenAll([...this.#held.map((one) => one.succeed()), this.#places.remember()]), () => undefined)
  }

  /** There was no verdict on the password, and it was not the password's fault: the attempt no longer counts. */
  giveBack(): MaybePromise<void> {
    return andThen(whenAll(this.#held.map((one) => one.giveBack())), () => undefined)
  }

  /**
   * The check threw an error, so that there is no verdict. Gives the attempt back while the errors of the name (and of the
   * account) are within a budget as large as the limits by name; after that the attempt counts as a failure, because a check
   * that throws for a wrong password would otherwise never be limited. Returns whether the attempt was given back.
   */
  giveBackError(): MaybePromise<boolean> {
    const budget = budgetOf(this.#held.map(({ place }) => place))
    return andThen(
      reserveTogether(() => lookAt(budget)),
      (outcome) => {
        if (isRefused(outcome)) {
          this.settle()
          return false
        }
        for (const one of outcome) one.settle()
        return andThen(this.giveBack(), () => true)
      },
    )
  }

  /** The attempt is over, so that nobody needs to wait for it. It counts unless it was given back or has succeeded. */
  settle(): void {
    this.#isSettled = true
    for (const one of this.#held) one.settle()
  }
}

/**
 * Where errors count: by name, so that an outage that all users of an address notice locks out none of them, or by address if
 * the limits by name are off.
 */
function budgetOf(places: readonly Place[]): readonly Place[] {
  const byName = places.filter(({ name }) => name !== 'address')
  return (byName.length > 0 ? byName : places).map((place) => ({ ...place, key: errorKey(place.key) }))
}
