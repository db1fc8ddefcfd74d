import type { Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  GrantStore,
  MaybePromise,
  PruneOptions,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'
import { withTimeout } from '../async/timeout.js'
import { GrantStoreError } from './grant-store-error.js'

/**
 * A store whose every call settles within `limit` milliseconds, and fails with a {@link GrantStoreError} only. What a
 * store answers at once is passed on at once, without a promise or a timer. `prune` takes as long as it takes.
 */
export class StoreWithTimeout implements GrantStore {
  readonly #store: GrantStore
  readonly #limit: number

  constructor(store: GrantStore, limit: number) {
    this.#store = store
    this.#limit = limit
  }

  create(creation: Creation): MaybePromise<CreationResult> {
    return this.#within('create', (store) => store.create(creation))
  }

  rotate(rotation: Rotation): MaybePromise<RotationResult> {
    return this.#within('rotate', (store) => store.rotate(rotation))
  }

  find(id: string): MaybePromise<Grant | undefined> {
    return this.#within('find', (store) => store.find(id))
  }

  list(subject: string, limit: number): MaybePromise<Grant[]> {
    return this.#within('list', (store) => store.list(subject, limit))
  }

  revoke(id: string): MaybePromise<Grant | undefined> {
    return this.#within('revoke', (store) => store.revoke(id))
  }

  revokeAll(subject: string, revocation: RevocationOfAll): MaybePromise<number> {
    return this.#within('revokeAll', (store) => store.revokeAll(subject, revocation))
  }

  spend(spending: Spending): MaybePromise<SpendingResult> {
    return this.#within('spend', (store) => store.spend(spending))
  }

  now(subject: string): MaybePromise<number> {
    return this.#within('now', (store) => store.now(subject))
  }

  /** Without a limit: a table of millions takes minutes, in steps that hold nobody up. */
  prune(options?: PruneOptions): MaybePromise<number> {
    return this.#within('prune', (store) => store.prune(options), Infinity)
  }

  #within<T>(
    act: keyof GrantStore,
    call: (store: GrantStore) => MaybePromise<T>,
    limit = this.#limit,
  ): MaybePromise<T> {
    let answer: MaybePromise<T>
    try {
      answer = call(this.#store)
    } catch (cause) {
      throw failed(act, cause)
    }
    return isPromise(answer) ? settledWithin(limit, act, answer) : answer
  }
}

function isPromise<T>(answer: MaybePromise<T>): answer is Promise<T> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}

function settledWithin<T>(limit: number, act: keyof GrantStore, answer: Promise<T>): Promise<T> {
  const settled = Promise.resolve(answer).catch((cause: unknown) => {
    throw failed(act, cause)
  })
  if (limit === Infinity) return settled
  return withTimeout(
    settled,
    limit,
    () => new GrantStoreError('GRANT_STORE_TIMEOUT', `The grant store did not answer ${act} within ${limit} ms.`),
  )
}

function failed(act: keyof GrantStore, cause: unknown): GrantStoreError {
  return new GrantStoreError('GRANT_STORE_FAILED', `The grant store failed at ${act}.`, { cause })
}
