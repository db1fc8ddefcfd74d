import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { beginningOfLogin } from '../../../lib/stores/beginning-of-login.js'

/** A store whose every call waits for a connection before it reaches the server. */
function busyStore(waits: number) {
  return {
    now: async () => {
      await sleep(waits)
      return Date.now()
    },
  }
}

test('A login that began before a revocation never seems to have begun after it, however long the store takes.', async () => {
  for (const waits of [0, 30, 60, 150]) {
    const beganAt = Date.now() - 20
    expect(await beginningOfLogin(busyStore(waits), 'alice', beganAt), `${waits} ms`).toBeLessThanOrEqual(beganAt)
  }
})
