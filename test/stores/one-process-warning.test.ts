import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { warnOfOneProcess } from '../../lib/stores/one-process-warning.js'

test('warnOfOneProcess warns once, however often it is asked to', async () => {
  const codes: unknown[] = []
  const listener = (warning: NodeJS.ErrnoException) => codes.push(warning.code)
  process.on('warning', listener)
  const warned = once(process, 'warning')
  warnOfOneProcess()
  warnOfOneProcess()
  await warned
  await turn()
  process.off('warning', listener)
  expect(codes).toEqual(['OAUTH_MEMORY_GRANT_STORE'])
})
