import type { Grant } from '../grant.js'
import type { GrantStore, MaybePromise, RevokeAllOptions, Rotation, RotationResult } from '../grant-store.js'
import { timeLimit } from '../time-limit.js'
import { GrantStoreError } from './grant-store-error.js'

/**
 * A store whose every call settles within `limit` milliseconds, and fails with a {@link GrantStoreError} only. What a
 * store answers at once is passed on at once, without a promise or a timer.
 */
export class TimeLimitedStore implements GrantStore {
  readonly #store: GrantStore
  readonly #limit: number

  constructor(store: GrantStore, limit: number) {
    this.#store = store
    this.#limit = limit
  }

  create(grant: Grant, now: number): MaybePromise<void> {
    return this.#within('create', (store) => store.create(grant, now))
  }

  rotate(rotation: Rotation): MaybePromise<RotationResult> {
    return this.#within('rotate', (store) => store.rotate(rotation))
  }

  find(id: string, now: number): MaybePromise<Grant | undefined> {
    return this.#within('find', (store) => store.find(id, now))
  }

  list(subject: string, now: number): MaybePromise<Grant[]> {
    return this.#within('list', (store) => store.list(subject, now))
  }

  revoke(id: string, now: number): MaybePromise<Grant | undefined> {
    return this.#within('revoke', (store) => store.revoke(id, now))
  }

  revokeAll(subject: string, now: number, options?: RevokeAllOptions): MaybePromise<number> {
    return this.#within('revokeAll', (store) => store.revokeAll(subject, now, options))
  }

  spend(id: string, expiresAt: number, now: number): MaybePromise<boolean> {
    return this.#within('spend', (store) => store.spend(id, expiresAt, now))
  }

  prune(now: number): MaybePromise<number> {
    return this.#within('prune', (store) => store.prune(now))
  }

  #within<T>(act: keyof GrantStore, call: (store: GrantStore) => MaybePromise<T>): MaybePromise<T> {
    let answer: MaybePromise<T>
    try {
      answer = call(this.#store)
    } catch (cause) {
      throw failed(act, cause)
    }
    return isPromise(answer) ? settledWithin(this.#limit, act, answer) : answer
  }
}

function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}

function settledWithin<T>(limit: number, act: keyof GrantStore, answer: Promise<T>): Promise<T> {
  const settled = Promise.resolve(answer).catch((cause: unknown) => {
    throw failed(act, cause)
  })
  return timeLimit(
    settled,
    limit,
    () => new GrantStoreError('GRANT_STORE_TIMEOUT', `The grant store did not answer ${act} within ${limit} ms.`),
  )
}

function failed(act: keyof GrantStore, cause: unknown): GrantStoreError {
  return new GrantStoreError('GRANT_STORE_FAILED', `The grant store failed at ${act}.`, { cause })
}
