import { MemoryStore, type Store } from 'express-rate-limit'
import type { MaybePromise } from '../grant-store.js'
import { andThen } from '../async/maybe-promise.js'
import type { Count, Counter, Hit } from './counter.js'
import { fallbackCounter } from './fallback-counter.js'
import { limitReached } from './limit-reached.js'
import { openCounter } from './open-counter.js'
import type { CircuitBreaker } from './circuit-breaker.js'
import { Queues } from './queues.js'

/** An attempt that a limiter has counted. */
export interface Reservation {
  /** The attempt was not a failure: it no longer counts. */
  giveBack(): MaybePromise<void>
  /** The attempt was a success that makes up for the failures before it. */
  clear(): MaybePromise<void>
  /**
   * The check threw an error, so that there is no verdict. Gives the attempt back while the errors of the key are within a
   * budget as large as the limit; after that the attempt stays counted as a failure, because a check that throws for a wrong
   * answer would otherwise never be limited. Returns whether the attempt was given back.
   */
  giveBackError(): MaybePromise<boolean>
}

/** Counts failures by key in windows of time. */
export interface Limiter extends Readonly<LimiterParts> {
  /**
   * Counts an attempt before it is made. A refused attempt is not counted. Rejects with an OAuthError, 429
   * `temporarily_unavailable`, if the limit is reached; never throws.
   */
  reserve(key: string): MaybePromise<Reservation>
  /** Rejects with an OAuthError, 429 `temporarily_unavailable`, if the limit is reached; never throws. */
  check(key: string): MaybePromise<void>
  /** Counts a failure that was not reserved. */
  count(key: string): MaybePromise<void>
}

/** What `reserveTogether` needs of a limiter. */
export interface LimiterParts {
  limit: number
  counter: Counter
  /** Whether other processes count on the same store. */
  isShared: boolean
  /** The attempts under way in this process, and those that wait for them. */
  queues: Queues
  /** Whole seconds until the window ends, at least one. */
  secondsLeft: (count: Count) => number
}

export interface LimiterOptions {
  readonly limit: number
  /** Seconds. */
  readonly window: number
  /** Default: this process's memory. */
  readonly shared?: SharedStore
}

/** A store that may be unavailable. */
export interface SharedStore {
  readonly store: Store
  readonly guard: CircuitBreaker
  /** Called when the store fails and this process counts alone. */
  readonly onFailure: (error: unknown) => void
}

export function limiter({ limit, window, shared }: LimiterOptions): Limiter {
  const windowMs = window * 1000
  const own = openCounter(new MemoryStore(), windowMs)
  const counter =
    shared === undefined
      ? own
      : fallbackCounter(openCounter(shared.store, windowMs), own, shared.guard, shared.onFailure)

  function secondsLeft({ resetsAt }: Count): number {
    const left = resetsAt === undefined ? windowMs : resetsAt - Date.now()
    return Math.max(1, Math.ceil(left / 1000))
  }

  /** Reads before it writes, so that a flood of refused attempts writes nothing. */
  function hit(key: string): MaybePromise<Hit | Count> {
    return andThen(counter.count(key), (count) => {
      if (count.hits >= limit) return count
      return andThen(counter.add(key), (added) =>
        added.hits <= limit ? added : andThen(added.undo(), () => ({ hits: added.hits, resetsAt: added.resetsAt })),
      )
    })
  }

  return {
    limit,
    counter,
    isShared: shared !== undefined,
    queues: new Queues(),
    secondsLeft,
    reserve: (key) =>
      andThen(hit(key), (made) => {
        if (!('undo' in made)) return Promise.reject(limitReached(secondsLeft(made)))
        const giveBack = () => made.undo()
        return {
          giveBack,
          clear: () => made.clear(),
          giveBackError: () =>
            andThen(hit(errorKey(key)), (error) => 'undo' in error && andThen(giveBack(), () => true)),
        }
      }),
    check: (key) =>
      andThen(counter.count(key), (count) =>
        count.hits < limit ? undefined : Promise.reject(limitReached(secondsLeft(count))),
      ),
    count: (key) => andThen(counter.add(key), () => undefined),
  }
}

/** The key of the errors of a key. Keys are hashes or addresses, and none of them begins like this. */
export function errorKey(key: string): string {
  return `error:${key}`
}
