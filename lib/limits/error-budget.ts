import type { MaybePromise } from '../grant-store.js'
import { andThen, whenAll } from '../async/maybe-promise.js'
import type { HeldPlace, Place } from './held-place.js'
import { errorKey } from './limiter.js'
import { isRefused, lookAt, reserveTogether } from './reserve-together.js'

/**
 * How many times the limit of an address its errors may be. An outage shows at an address as often as all of its users try to
 * log in, and must not lock them out; one password for ten thousand names must not go uncounted because the check throws.
 */
const ERRORS_BY_ADDRESS = 10

/** The attempts no longer count. */
export function giveBackAll(held: readonly HeldPlace[]): MaybePromise<void> {
  return andThen(whenAll(held.map((one) => one.giveBack())), () => undefined)
}

/**
 * Gives back an attempt whose check threw an error, while the errors are within a budget: as many as the limit at each place,
 * and ten times as many at an address. Beyond the budget the attempt stays counted as a failure, because a check that throws
 * for a wrong password would otherwise never be limited. Returns whether the attempt was given back.
 */
export function giveBackErrors(held: readonly HeldPlace[]): MaybePromise<boolean> {
  const budget = held.map(({ place }) => budgetAt(place))
  return andThen(
    reserveTogether(() => lookAt(budget)),
    (outcome) => {
      for (const one of isRefused(outcome) ? held : outcome) one.settle()
      return isRefused(outcome) ? false : andThen(giveBackAll(held), () => true)
    },
  )
}

function budgetAt(place: Place): Place {
  const { limiter, name } = place
  const isAddress = name === 'address' || name === 'clientAddress'
  const limit = isAddress ? limiter.limit * ERRORS_BY_ADDRESS : limiter.limit
  return { ...place, limiter: { ...limiter, limit }, key: errorKey(place.key) }
}
