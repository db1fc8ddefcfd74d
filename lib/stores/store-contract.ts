import type { GrantStore, MaybePromise } from '../grant-store.js'
import { concurrency } from './contract/concurrency.js'
import { ending } from './contract/ending.js'
import { keeping } from './contract/keeping.js'
import { ownClock } from './contract/own-clock.js'
import { refusingEarlierLogins } from './contract/refusing-earlier-logins.js'
import { rotating } from './contract/rotating.js'
import { spending } from './contract/spending.js'

/** One sentence of the contract of a {@link GrantStore}, and how to see whether a store keeps to it. */
export interface ContractCase {
  readonly title: string
  /** Rejects with an `AssertionError` where the sentence does not hold. */
  readonly run: () => Promise<void>
}

export interface ContractOptions {
  /**
   * Whose clock the store judges by. `'store'`: that of its server. The cases then set `Date.now` a minute ahead and back
   * meanwhile, so run them one by one. `'process'`: that of the process, for a store that no second process shares.
   * Default: `'store'`.
   */
  readonly clock?: 'store' | 'process' | undefined
}

/**
 * The contract of {@link GrantStore} as cases for any test runner:
 *
 * ```ts
 * for (const { title, run } of grantStoreContract(() => new MyGrantStore())) test(title, run)
 * ```
 *
 * @param createStore Makes the store, or returns the same one each time. What earlier runs left in it does no harm, but
 *   nobody else may use its data meanwhile, because the cases prune. The store's clock and that of this process may differ
 *   by a few seconds.
 */
export function grantStoreContract(
  createStore: () => MaybePromise<GrantStore>,
  { clock = 'store' }: ContractOptions = {},
): readonly ContractCase[] {
  const checks = { ...keeping, ...rotating, ...ending, ...spending, ...refusingEarlierLogins, ...concurrency }
  return Object.entries({ ...checks, ...(clock === 'store' && ownClock) }).map(([title, check]) => ({
    title,
    run: async () => {
      await check(await createStore())
    },
  }))
}
