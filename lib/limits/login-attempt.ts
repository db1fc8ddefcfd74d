import type { MaybePromise } from '../grant-store.js'
import { andThen, whenAll } from '../async/maybe-promise.js'
import { giveBackAll, giveBackErrors } from './error-budget.js'
import type { HeldPlace } from './held-place.js'
import type { LoginPlaces } from './login-places.js'
import { isRefused, reserveTogether, type Refused, type Waiting } from './reserve-together.js'

/** A login that the limiters have counted before its password is checked. */
export class LoginAttempt {
  readonly #places: LoginPlaces
  readonly #waiting: Waiting
  readonly #onRefused: (refused: Refused) => void
  readonly #held: HeldPlace[]
  /** What becomes of a place that is counted after the attempt is over, because nobody waited for `reserveAccount`. */
  #endLate: ((late: HeldPlace) => MaybePromise<void>) | undefined

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
    // Waiting for other processes here would reveal that the account exists. The name has already waited for them.
    const waiting = { ...this.#waiting, isAlone: true }
    return andThen(
      reserveTogether(() => this.#places.lookAtAccount(subject), waiting),
      (outcome) => {
        if (isRefused(outcome)) {
          this.#onRefused(outcome)
          return false
        }
        this.#held.push(...outcome)
        return this.#endLate === undefined ? true : andThen(whenAll(outcome.map(this.#endLate)), () => true)
      },
    )
  }

  /**
   * The password is correct. The failures of this spelling of the name, and of the account, at this address no longer count if
   * the user has logged in there before; the attempt itself no longer counts anywhere; and the address is known from now on.
   */
  succeed(subject: string): MaybePromise<void> {
    this.#endLate = (late) => late.succeed()
    // Neither the count of the name alone nor that of the address is cleared: guessers elsewhere would begin anew whenever
    // the user logs in, and guessers with an account of their own whenever they do.
    const ended = whenAll([...this.#held.map((one) => one.succeed()), this.#places.remember(subject)])
    return andThen(ended, () => undefined)
  }

  /** There was no verdict on the password, and it was not the password's fault: the attempt no longer counts. */
  giveBack(): MaybePromise<void> {
    this.#endLate = (late) => late.giveBack()
    return giveBackAll(this.#held)
  }

  /**
   * The check threw an error, so that there is no verdict. Gives the attempt back within the budget of `giveBackErrors`; beyond
   * it the attempt counts as a failure. Returns whether the attempt was given back.
   */
  giveBackError(): MaybePromise<boolean> {
    this.#endLate = (late) => late.giveBack()
    return giveBackErrors(this.#held)
  }

  /** The attempt is over, so that nobody needs to wait for it. It counts unless it was given back or has succeeded. */
  settle(): void {
    this.#endLate ??= (late) => {
      late.settle()
    }
    for (const one of this.#held) one.settle()
  }
}
