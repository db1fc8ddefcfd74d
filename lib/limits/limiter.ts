import { MemoryStore, type Store } from 'express-rate-limit'
import { OAuthError } from '../oauth-error.js'
import { storeCounter, type Count } from './counter.js'
import { fallbackCounter } from './fallback-counter.js'
import type { StoreGuard } from './store-guard.js'

/** An attempt that a limiter has counted. */
export interface Reservation {
  /** The attempt was no failure: it counts no longer. */
  giveBack(): Promise<void>
  /** It was a success that makes up for the failures before it. */
  clear(): Promise<void>
}

/** Counts failures by key in windows of time. */
export interface Limiter {
  /**
   * Counts an attempt before it is made. One that is refused does not count: it is none.
   * @throws OAuthError 429 `temporarily_unavailable` where the limit is reached.
   */
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
  readonly shared?: SharedStore
}

/** A store that may be away. */
export interface SharedStore {
  readonly store: Store
  readonly guard: StoreGuard
  /** Told when the store fails and this process counts alone. */
  readonly onFailure: (error: unknown) => void
}

export function limiter({ limit, window, shared }: LimiterOptions): Limiter {
  const windowMs = window * 1000
  const own = storeCounter(new MemoryStore(), windowMs)
  const counter =
    shared === undefined
      ? own
      : fallbackCounter(storeCounter(shared.store, windowMs), own, shared.guard, shared.onFailure)

  function refusal({ resetTime }: Count): OAuthError {
    const left = (resetTime?.getTime() ?? NaN) - Date.now()
    const seconds = Math.max(1, Math.ceil((Number.isNaN(left) ? windowMs : left) / 1000))
    return new OAuthError('temporarily_unavailable', 'Too many failed attempts; try again later', {
      status: 429,
      headers: { 'Retry-After': String(seconds) },
    })
  }

  return {
    async reserve(key) {
      const hit = await counter.add(key)
      if (hit.hits > limit) {
        await hit.undo()
        throw refusal(hit)
      }
      return { giveBack: () => hit.undo(), clear: () => hit.clear() }
    },
    async check(key) {
      const count = await counter.count(key)
      if (count.hits >= limit) throw refusal(count)
    },
    async count(key) {
      await counter.add(key)
    },
  }
}
