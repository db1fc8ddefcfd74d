import { MemoryStore, rateLimit, type Store } from 'express-rate-limit'
import { OAuthError } from '../oauth-error.js'
import { timeLimit } from '../time-limit.js'

/** An attempt that a limiter has counted. */
export interface Reservation {
  /** The attempt was no failure: it counts no longer. */
  giveBack(): Promise<void>
  /** It was a success that makes up for the failures before it. */
  clear(): Promise<void>
}

/** Counts failures by key in windows of time. */
export interface Limiter {
  /** Counts an attempt before it is made. @throws OAuthError 429 `temporarily_unavailable` where the limit is reached. */
  reserve(key: string): Promise<Reservation>
  /** @throws OAuthError 429 `temporarily_unavailable` where so many failures were counted already. */
  check(key: string): Promise<void>
  /** Counts a failure that was not reserved. */
  count(key: string): Promise<void>
}

export interface LimiterOptions {
  readonly limit: number
  /** Seconds. */
  readonly window: number
  /** Default: this process's memory. */
  readonly store?: Store
  /** How long a call of the store may take, in milliseconds. */
  readonly storeTimeout: number
  /** Told when the store fails and this process counts alone. */
  readonly onStoreFailure: (error: unknown) => void
}

/**
 * A limiter on an express-rate-limit store. A store that fails or is late is never the end of limiting: this process then
 * counts alone.
 *
 * The store is called directly, for the library's middleware cannot give an attempt back once the password was right
 * (it takes the response's status for the outcome), and costs 1.0 µs a request where the store costs 0.15 µs (Node 20).
 */
export function limiter(options: LimiterOptions): Limiter {
  const windowMs = options.window * 1000
  const own = ready(new MemoryStore(), options.limit, windowMs)
  const shared = options.store === undefined ? own : ready(options.store, options.limit, windowMs)

  async function withinTime<T>(act: (store: Store) => T | Promise<T>): Promise<T> {
    try {
      return await timeLimit(
        Promise.resolve(act(shared)),
        options.storeTimeout,
        () => new Error('The limiter store is late.'),
      )
    } catch (error) {
      options.onStoreFailure(error)
      return act(own)
    }
  }
  const call = shared === own ? <T>(act: (store: Store) => T | Promise<T>) => act(own) : withinTime

  function refuseAbove(most: number, hits: number, resetTime: Date | undefined): void {
    if (hits <= most) return
    const left = (resetTime?.getTime() ?? NaN) - Date.now()
    const seconds = Math.max(1, Math.ceil((Number.isNaN(left) ? windowMs : left) / 1000))
    throw new OAuthError('temporarily_unavailable', 'Too many failed attempts; try again later', {
      status: 429,
      headers: { 'Retry-After': String(seconds) },
    })
  }

  return {
    async reserve(key) {
      const { totalHits, resetTime } = await call((store) => incremented(store, key))
      refuseAbove(options.limit, totalHits, resetTime)
      return {
        async giveBack() {
          // In another window it would take a failure away.
          if (resetTime === undefined || Date.now() < resetTime.getTime()) await call((store) => store.decrement(key))
        },
        clear: async () => call((store) => store.resetKey(key)),
      }
    },
    async check(key) {
      const { totalHits, resetTime } = await call((store) => counted(store, key))
      refuseAbove(options.limit - 1, totalHits, resetTime)
    },
    async count(key) {
      await call((store) => store.increment(key))
    },
  }
}

/** In memory the answer is the live record, on which attempts that overlap go on counting. */
function incremented(store: Store, key: string) {
  const answer = store.increment(key)
  const record = store instanceof MemoryStore ? store.current.get(key) : undefined
  return record === undefined ? answer : { totalHits: record.totalHits, resetTime: new Date(record.resetTime) }
}

/** What a store has counted. `get` is optional in the library's contract. */
async function counted(store: Store, key: string) {
  if (store.get !== undefined) return (await store.get(key)) ?? { totalHits: 0, resetTime: undefined }
  const { totalHits, resetTime } = await store.increment(key)
  await store.decrement(key)
  return { totalHits: totalHits - 1, resetTime }
}

/** The library's own constructor checks the store's shape, that no two limiters share it, and tells it the window. */
function ready(store: Store, limit: number, windowMs: number): Store {
  rateLimit({ store, limit, windowMs })
  return store
}
