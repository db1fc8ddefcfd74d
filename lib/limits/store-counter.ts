import type { Store } from 'express-rate-limit'
import { isSameWindow, type Count, type Counter, type Hit } from './counter.js'
import { initialisedStore } from './initialised-store.js'

/** What a store says about a key. */
interface StoredCount extends Count {
  /**
   * Identifies the window. Only the stores of this package have it: their `decrement(key, window)` takes a hit back in
   * that window only, in one atomic act.
   */
  readonly window: number | undefined
}

/** A store of this package, or any other store, which ignores the second argument. */
interface WindowedStore extends Store {
  decrement(key: string, window?: number): Promise<void> | void
}

const NO_HITS: StoredCount = { hits: 0, resetsAt: undefined, window: undefined }

/** Counts on a store that may be asynchronous. Rejects if the store does not reply with a count. */
export function storeCounter(store: WindowedStore, windowMs: number): Counter {
  const initialised = initialisedStore(store, windowMs)

  async function increment(key: string): Promise<StoredCount> {
    const count = checked(await store.increment(key))
    if (count.hits > 0) return count
    // Somebody gave back more than was counted, and the next attempts would be free.
    await store.resetKey(key)
    return checked(await store.increment(key))
  }

  /** The store cannot say in which window a hit is, so this looks first. */
  async function decrementWithin(key: string, counted: Count): Promise<void> {
    if (counted.resetsAt !== undefined && counted.resetsAt <= Date.now()) return
    if (store.get !== undefined) {
      const now = existing(await store.get(key))
      if (now.hits < 1 || !isSameWindow(now, counted)) return
    }
    await store.decrement(key)
  }

  return {
    async add(key) {
      await initialised()
      const count = await increment(key)
      return {
        hits: count.hits,
        resetsAt: count.resetsAt,
        async undo() {
          if (count.window === undefined) await decrementWithin(key, count)
          else await store.decrement(key, count.window)
        },
        async clear() {
          await store.resetKey(key)
        },
      } satisfies Hit
    },
    async count(key) {
      await initialised()
      if (store.get !== undefined) return existing(await store.get(key))
      // `get` is optional in the library's contract.
      const { hits, resetsAt } = await increment(key)
      await store.decrement(key)
      return { hits: hits - 1, resetsAt }
    },
  }
}

/** What `get` replies. For a missing key rate-limit-redis says NaN hits, in a window that ended a moment ago. */
function existing(answer: unknown): StoredCount {
  if (answer === undefined) return NO_HITS
  const { totalHits, resetTime } = answer as { totalHits?: unknown; resetTime?: unknown } // the boundary
  const isOver = resetTime instanceof Date && resetTime.getTime() <= Date.now()
  return Number.isNaN(totalHits) && isOver ? NO_HITS : checked(answer)
}

/** Anything but a number would be below every limit, or above. */
function checked(answer: unknown): StoredCount {
  const { totalHits, resetTime, window } = (answer ?? {}) as Readonly<Record<string, unknown>> // the boundary
  if (typeof totalHits !== 'number' || Number.isNaN(totalHits)) {
    throw new TypeError('The limiter store did not reply with a count.')
  }
  return {
    hits: totalHits,
    resetsAt: resetTime instanceof Date && !Number.isNaN(resetTime.getTime()) ? resetTime.getTime() : undefined,
    window: typeof window === 'number' && Number.isFinite(window) ? window : undefined,
  }
}
