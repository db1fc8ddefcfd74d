import { MemoryStore, type Store } from 'express-rate-limit'
import { initialisedStore } from './initialised-store.js'

/** What is counted of a key. `resetTime` is absent where the store does not tell. */
export interface Count {
  readonly hits: number
  readonly resetTime: Date | undefined
}

/** A count with one hit more, and ways to take it back. */
export interface Hit extends Count {
  /** The hit counts no longer. In another window this takes nothing away. */
  undo(): Promise<void>
  /** Nothing counts any longer. */
  clear(): Promise<void>
}

/** Counts hits by key in windows of time. */
export interface Counter {
  add(key: string): Promise<Hit>
  count(key: string): Promise<Count>
}

/**
 * A counter on an express-rate-limit store. Rejects where the store answers no count.
 *
 * The store is called directly, for the library's middleware cannot give an attempt back once the password was right
 * (it takes the response's status for the outcome), and costs 1.0 µs a request where the store costs 0.15 µs (Node 20).
 */
export function storeCounter(store: Store, windowMs: number): Counter {
  const initialised = initialisedStore(store, windowMs)
  return {
    async add(key) {
      await initialised()
      const { hits, resetTime } = await incremented(store, key)
      return {
        hits,
        resetTime,
        async undo() {
          if (resetTime === undefined || Date.now() < resetTime.getTime()) await store.decrement(key)
        },
        async clear() {
          await store.resetKey(key)
        },
      }
    },
    async count(key) {
      await initialised()
      if (store.get !== undefined) return existing(await store.get(key))
      // `get` is optional in the library's contract.
      const { hits, resetTime } = await incremented(store, key)
      await store.decrement(key)
      return { hits: hits - 1, resetTime }
    },
  }
}

/** In memory the answer is the live record, on which attempts that overlap go on counting. */
function incremented(store: Store, key: string): Count | Promise<Count> {
  const answer = store.increment(key)
  const record = store instanceof MemoryStore ? store.current.get(key) : undefined
  if (record !== undefined) return { hits: record.totalHits, resetTime: new Date(record.resetTime) }
  return Promise.resolve(answer).then(checked)
}

/** What `get` answers. For a key that it does not have, rate-limit-redis says NaN, until a moment ago. */
function existing(answer: unknown): Count {
  if (answer === undefined) return { hits: 0, resetTime: undefined }
  const { totalHits, resetTime } = answer as { totalHits?: unknown; resetTime?: unknown } // the boundary
  const isOver = resetTime instanceof Date && resetTime.getTime() <= Date.now()
  return Number.isNaN(totalHits) && isOver ? { hits: 0, resetTime: undefined } : checked(answer)
}

/** A count that is none would be under every limit, or over. */
function checked(answer: unknown): Count {
  const { totalHits, resetTime } = (answer ?? {}) as { totalHits?: unknown; resetTime?: unknown } // the boundary
  if (typeof totalHits !== 'number' || Number.isNaN(totalHits)) throw new TypeError('The limiter store told no count.')
  return { hits: totalHits, resetTime: resetTime instanceof Date ? resetTime : undefined }
}
