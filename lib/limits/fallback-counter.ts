import type { MaybePromise } from '../grant-store.js'
import type { Counter, Hit } from './counter.js'
import type { CircuitBreaker } from './circuit-breaker.js'

/**
 * Counts on a shared store, and in this process alone while that store fails or is late. It never stops counting, and never
 * waits longer than the guard does. A hit that cannot be taken back stays counted.
 */
export function fallbackCounter(
  shared: Counter,
  own: Counter,
  guard: CircuitBreaker,
  onFailure: (error: unknown) => void,
): Counter {
  /** Takes back even while the store is left alone, but does not wait for that. */
  const attempt = (act: () => MaybePromise<void>) => {
    let isAsked = false
    const ask = () => {
      isAsked = true
      return act()
    }
    return guard(ask, onFailure).catch(() => {
      if (!isAsked) void (async () => act())().catch(() => undefined)
    })
  }
  return {
    async add(key) {
      let asked: MaybePromise<Hit> | undefined
      try {
        const hit = await guard(() => (asked = shared.add(key)), onFailure)
        return {
          hits: hit.hits,
          resetsAt: hit.resetsAt,
          undo: () => attempt(() => hit.undo()),
          clear: () => attempt(() => hit.clear()),
        }
      } catch {
        const hit = await own.add(key)
        // The store may have counted after all, only too late.
        const later = (act: (late: Hit) => MaybePromise<void>) => {
          if (asked instanceof Promise) void asked.then(act).catch(() => undefined)
        }
        return {
          hits: hit.hits,
          resetsAt: hit.resetsAt,
          undo() {
            later((late) => late.undo())
            return hit.undo()
          },
          clear() {
            later((late) => late.clear())
            return hit.clear()
          },
        }
      }
    },
    async count(key) {
      try {
        return await guard(() => shared.count(key), onFailure)
      } catch {
        return own.count(key)
      }
    },
  }
}
