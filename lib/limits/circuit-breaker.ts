import type { MaybePromise } from '../grant-store.js'
import { withTimeout } from '../async/timeout.js'

/** Milliseconds for which a store that was late is left alone. */
const REST_MS = 5000

/** Asks a store, and rejects if the store fails, is late, or is being left alone. */
export type CircuitBreaker = <T>(ask: () => MaybePromise<T>, onFailure: (error: unknown) => void) => Promise<T>

/**
 * Keeps requests from waiting again and again for a store that is late. All stores are assumed to be on one server: when a
 * call of one is late, none is asked for a while. After that one call finds out whether the server is back, and the others
 * do not wait with it. A store that fails at once is asked again at once, because that costs nobody time.
 * @param timeout How long a call may take, in milliseconds.
 */
export function circuitBreaker(timeout: number, restFor = REST_MS): CircuitBreaker {
  let isLate = false
  let restsUntil = 0
  const rest = () => {
    isLate = true
    restsUntil = Date.now() + restFor
  }
  return async (ask, onFailure) => {
    if (isLate && Date.now() < restsUntil) throw new Error('The limiter store is left alone.')
    if (isLate) rest()
    try {
      const answer = await withTimeout(Promise.resolve(ask()), timeout, () => {
        rest()
        return new Error('The limiter store is late.')
      })
      isLate = false
      return answer
    } catch (error) {
      onFailure(error)
      throw error
    }
  }
}
