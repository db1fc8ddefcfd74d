import { MemoryStore } from 'express-rate-limit'
import { storeCounter, type Counter } from './counter.js'
import type { SharedStore } from './limiter.js'

/** Remembers from which addresses a user has logged in lately. */
export interface KnownAddresses {
  /** `false` also where the store does not answer: not knowing frees nobody of a limit. */
  has(key: string): Promise<boolean>
  /** A login has succeeded there. */
  remember(key: string): Promise<void>
}

/** How much of the window may be gone when a login begins it anew: not each login has to write twice. */
const FRESH = 0.1

/**
 * @param window How long a login is remembered, in seconds; a tenth less where the one before it was a short while ago.
 * @param shared Default: this process's memory.
 */
export function knownAddresses(window: number, shared?: SharedStore): KnownAddresses {
  const windowMs = window * 1000
  const counter = storeCounter(shared?.store ?? new MemoryStore(), windowMs)
  const ask = shared === undefined ? <T>(act: () => Promise<T>) => act() : guarded(shared)
  return {
    has: (key) =>
      ask(async () => {
        const { hits, resetTime } = await counter.count(key)
        return hits > 0 && (resetTime === undefined || resetTime.getTime() > Date.now())
      }).catch(() => false),
    remember: (key) => ask(() => renewed(counter, key, windowMs)).catch(() => undefined),
  }
}

function guarded({ guard, onFailure }: SharedStore) {
  return <T>(act: () => Promise<T>) => guard(act, onFailure)
}

/** The windows of a store begin with the first hit, and none moves them on. */
async function renewed(counter: Counter, key: string, windowMs: number): Promise<void> {
  const hit = await counter.add(key)
  const { hits, resetTime } = hit
  if (hits === 1 || resetTime === undefined) return
  if (resetTime.getTime() - Date.now() > windowMs * (1 - FRESH)) return
  await hit.clear()
  await counter.add(key)
}
