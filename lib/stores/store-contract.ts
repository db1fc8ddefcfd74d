import type { GrantStore, MaybePromise } from '../grant-store.js'
import { concurrency } from './contract/concurrency.js'
import { ending } from './contract/ending.js'
import { keeping } from './contract/keeping.js'
import { rotating } from './contract/rotating.js'
import { spending } from './contract/spending.js'

/** One sentence of the contract of a {@link GrantStore}, and how to see whether a store keeps to it. */
export interface ContractCase {
  readonly title: string
  /** Rejects with an `AssertionError` where the sentence does not hold. */
  readonly run: () => Promise<void>
}

/**
 * The contract of {@link GrantStore} as cases for any test runner:
 *
 * ```ts
 * for (const { title, run } of grantStoreContract(() => new MyGrantStore())) test(title, run)
 * ```
 *
 * @param createStore Makes the store, or answers the same one each time. What earlier runs left in it does no harm, but
 *   nobody else may use its data meanwhile: the cases live a day ahead of the clock, and prune.
 */
export function grantStoreContract(createStore: () => MaybePromise<GrantStore>): readonly ContractCase[] {
  return Object.entries({ ...keeping, ...rotating, ...ending, ...spending, ...concurrency }).map(([title, check]) => ({
    title,
    run: async () => {
      await check(await createStore())
    },
  }))
}
