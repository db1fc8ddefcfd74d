import { setTimeout as sleep } from 'node:timers/promises'

/** An `authenticateUser` that lets everybody in, each once it is told to. */
export function heldChecks() {
  /** The names whose check has begun, in that order. */
  const begun: string[] = []
  const ends: (() => void)[] = []
  return {
    begun,
    authenticateUser: async (username: string): Promise<{ id: string }> => {
      begun.push(username)
      await new Promise<void>((resolve) => ends.push(resolve))
      return { id: username }
    },
    endOne(): void {
      ends.shift()?.()
    },
    /** Ends checks as they begin, until the promise has come. */
    async endAllUntil<T>(promise: Promise<T>): Promise<T> {
      const timer = setInterval(() => {
        ends.splice(0).forEach((end) => {
          end()
        })
      }, 2)
      try {
        return await promise
      } finally {
        clearInterval(timer)
      }
    },
  }
}

/** Waits for what will come true, or for the test's own end. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}
