import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../event.js'
import { andFinally, andThen } from '../async/maybe-promise.js'
import type { Count, Hit } from './counter.js'
import type { LimiterParts } from './limiter.js'

/** Where an attempt counts. */
export interface Place {
  readonly name: LimitName
  readonly limiter: LimiterParts
  readonly key: string
  /** Whether a success makes up for the failures before it. */
  readonly isCleared: boolean
}

/** A place where an attempt counts now. */
export class HeldPlace {
  readonly place: Place
  readonly #hit: Hit
  #isOver = false

  private constructor(place: Place, hit: Hit) {
    this.place = place
    this.#hit = hit
  }

  /** Counts an attempt, whatever the limit is. It is under way from now on, even before the store has replied. */
  static at(place: Place): MaybePromise<HeldPlace> {
    place.limiter.queues.begin(place.key)
    return andThen(place.limiter.counter.add(place.key), (hit) => new HeldPlace(place, hit))
  }

  get count(): Count {
    return this.#hit
  }

  get isOverLimit(): boolean {
    return this.#hit.hits > this.place.limiter.limit
  }

  /** The attempt is over and no longer counts. */
  giveBack(): MaybePromise<void> {
    return andFinally(this.#hit.undo(), () => {
      this.#end(true)
    })
  }

  /** The attempt is over and was a success. */
  succeed(): MaybePromise<void> {
    if (!this.place.isCleared) return this.giveBack()
    return andFinally(this.#hit.clear(), () => {
      this.#end(true)
    })
  }

  /** The attempt is not made after all, because there was no room. */
  withdraw(): MaybePromise<void> {
    return andFinally(this.#hit.undo(), () => {
      this.#end(false)
    })
  }

  /** The attempt is over, and counts unless it was or will be given back. */
  settle(): void {
    this.#end(false)
  }

  #end(isMove: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.place.limiter.queues.end(this.place.key, isMove)
  }
}
