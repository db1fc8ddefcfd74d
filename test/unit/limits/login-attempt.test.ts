import { describe, expect, test } from 'vitest'
import { loginAttempt } from '../../../lib/limits/login-attempt.js'

function reservation() {
  const calls: string[] = []
  const called = (name: string) => () => {
    calls.push(name)
    return Promise.resolve()
  }
  return { calls, giveBack: called('giveBack'), clear: called('clear') }
}

function reservations() {
  const reserved = { address: reservation(), userAndAddress: reservation(), user: reservation() }
  const remembered: string[] = []
  const remember = () => {
    remembered.push('remembered')
    return Promise.resolve()
  }
  return { reserved, remembered, attempt: loginAttempt(reserved, remember) }
}

describe('a login attempt', () => {
  test('that succeeds makes up for the failures of the name at its address, for nobody\u2019s elsewhere, and is remembered', async () => {
    const { reserved, remembered, attempt } = reservations()
    await attempt.succeed()
    expect(reserved.userAndAddress.calls).toEqual(['clear'])
    expect(reserved.address.calls).toEqual(['giveBack'])
    expect(reserved.user.calls).toEqual(['giveBack'])
    expect(remembered).toHaveLength(1)
  })

  test('that never came to a verdict counts no longer, makes up for nothing and is not remembered', async () => {
    const { reserved, remembered, attempt } = reservations()
    await attempt.giveBack()
    for (const { calls } of Object.values(reserved)) expect(calls).toEqual(['giveBack'])
    expect(remembered).toEqual([])
  })

  test('does as much where a limiter is off', async () => {
    const user = reservation()
    const remember = () => Promise.resolve()
    const off = { address: undefined, userAndAddress: undefined, user: undefined }
    await loginAttempt({ ...off, user }, remember).succeed()
    await loginAttempt(off, remember).giveBack()
    await loginAttempt(off, remember).succeed()
    expect(user.calls).toEqual(['giveBack'])
  })
})
