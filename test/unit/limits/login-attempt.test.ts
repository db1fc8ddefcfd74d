import { describe, expect, test } from 'vitest'
import { loginAttempt } from '../../../lib/limits/login-attempt.js'

function reservation() {
  const calls: string[] = []
  return {
    calls,
    giveBack: () => {
      calls.push('giveBack')
      return Promise.resolve()
    },
    clear: () => {
      calls.push('clear')
      return Promise.resolve()
    },
  }
}

describe('a login attempt', () => {
  test('that succeeds makes up for the failures at its address, and for nobody\u2019s elsewhere', async () => {
    const atAddress = reservation()
    const anywhere = reservation()
    await loginAttempt(atAddress, anywhere).succeed()
    expect(atAddress.calls).toEqual(['clear'])
    expect(anywhere.calls).toEqual(['giveBack'])
  })

  test('that never came to a verdict counts no longer, and makes up for nothing', async () => {
    const atAddress = reservation()
    const anywhere = reservation()
    await loginAttempt(atAddress, anywhere).giveBack()
    expect(atAddress.calls).toEqual(['giveBack'])
    expect(anywhere.calls).toEqual(['giveBack'])
  })

  test('does as much where a limiter is off', async () => {
    const anywhere = reservation()
    await loginAttempt(undefined, anywhere).succeed()
    await loginAttempt(undefined, undefined).giveBack()
    await loginAttempt(undefined, undefined).succeed()
    expect(anywhere.calls).toEqual(['giveBack'])
  })
})
