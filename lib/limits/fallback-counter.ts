import type { Counter, Hit } from './counter.js'
import type { StoreGuard } from './store-guard.js'

/**
 * Counts on a shared store, and in this process alone where that store fails or is late: never not at all, and never for
 * longer than the guard waits. What cannot be given back stays counted.
 */
export function fallbackCounter(
  shared: Counter,
  own: Counter,
  guard: StoreGuard,
  onFailure: (error: unknown) => void,
): Counter {
  const tell = async (act: () => Promise<void>) => guard(act, onFailure).catch(() => undefined)
  return {
    async add(key) {
      let asked: Promise<Hit> | undefined
      try {
        const hit = await guard(() => (asked = shared.add(key)), onFailure)
        return { ...hit, undo: () => tell(() => hit.undo()), clear: () => tell(() => hit.clear()) }
      } catch {
        const hit = await own.add(key)
        // What was late may have been counted after all.
        const later = (act: (late: Hit) => Promise<void>) => void asked?.then(act).catch(() => undefined)
        return {
          ...hit,
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
