import { expect, onTestFinished, test } from 'vitest'
import { spendMfaToken } from '../../../lib/second-factor/spend-mfa-token.js'
import { MemoryGrantStore } from '../../../lib/stores/memory-grant-store.js'
import type { MfaToken } from '../../../lib/tokens/mfa-token.js'

test('A store whose spend throws synchronously rejects the one promise, and leaves no other unhandled.', async () => {
  const unhandled: unknown[] = []
  const note = (error: unknown) => unhandled.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => {
    process.off('unhandledRejection', note)
  })
  const store = Object.assign(new MemoryGrantStore(), {
    spend() {
      throw new Error('SQLITE_BUSY')
    },
  })
  const token = { id: 'a', subject: 'alice', beganAt: 0, expiresAt: Date.now() + 1000 } as MfaToken // as far as it is used
  await expect(spendMfaToken({ store, attempts: 5 }, token, Date.now())).rejects.toThrow('SQLITE_BUSY')
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
})
