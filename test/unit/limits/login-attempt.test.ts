import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { knownAddresses } from '../../../lib/limits/known-addresses.js'
import { exactNameKey, usernameKey } from '../../../lib/limits/limit-key.js'
import { limiter } from '../../../lib/limits/limiter.js'
import { LoginAttempt } from '../../../lib/limits/login-attempt.js'
import { LoginPlaces, type LoginLimits } from '../../../lib/limits/login-places.js'
import { isRefused, reserveTogether } from '../../../lib/limits/reserve-together.js'

const SECRET = 's'.repeat(43)
const HOME = '192.0.2.1'
const ELSEWHERE = '198.51.100.7'

interface Limits {
  readonly address?: number | false
  readonly userAndAddress?: number | false
  readonly user?: number | false
  readonly knownAddress?: false
}

/** Makes attempts under limits of 3 by name and address and many by all else. */
function attempts({ address = 1000, userAndAddress = 3, user = 1000, knownAddress }: Limits = {}) {
  const one = (limit: number | false) => (limit === false ? undefined : limiter({ limit, window: 600 }))
  const limits: LoginLimits = {
    address: one(address),
    userAndAddress: one(userAndAddress),
    user: one(user),
    knownAddress: knownAddress === false ? undefined : knownAddresses(600),
  }
  const refusals: string[] = []
  /** Resolves to `undefined` if the attempt is refused. */
  async function attempt(name: string, from = HOME): Promise<LoginAttempt | undefined> {
    const keys = { secret: SECRET, user: usernameKey(SECRET, name), exactName: exactNameKey(SECRET, name) }
    const places = new LoginPlaces(limits, { ...keys, address: from })
    const socket = { destroyed: false }
    const response = Object.assign(new EventEmitter(), { destroyed: false, req: { socket } })
    const waiting = { response: response as unknown as ServerResponse, patience: { left: 0 } } // as far as it is used
    const outcome = await reserveTogether(() => places.look(), waiting)
    if (isRefused(outcome)) return undefined
    return new LoginAttempt(places, waiting, outcome, ({ limit }) => refusals.push(limit))
  }
  /** Counts so many failures at most, and returns how many attempts were let through. */
  async function fail(times: number, name: string, from = HOME): Promise<number> {
    let letThrough = 0
    for (let time = 0; time < times; time++) {
      const made = await attempt(name, from)
      made?.settle()
      if (made !== undefined) letThrough += 1
    }
    return letThrough
  }
  /** @param account The subject, if the application counts the login by the account that it finds. */
  async function succeed(name: string, from = HOME, account?: string): Promise<void> {
    const made = await attempt(name, from)
    if (made === undefined) return expect.fail('The attempt was refused.')
    if (account !== undefined) await made.reserveAccount(account)
    await made.succeed(account ?? name)
  }
  return { attempt, fail, succeed, refusals }
}

describe('a login that succeeds', () => {
  test('does not count itself', async () => {
    const { succeed, fail } = attempts()
    for (let time = 0; time < 20; time++) await succeed('alice')
    expect(await fail(9, 'alice')).toBe(3)
  })

  test('makes up for the failures of the same spelling at its address', async () => {
    const { succeed, fail } = attempts()
    for (let time = 0; time < 5; time++) {
      expect(await fail(2, 'alice')).toBe(2)
      await succeed('alice')
    }
    expect(await fail(9, 'alice')).toBe(3)
  })

  test.each(['alicé', 'ALICE', 'alice '])('does not make up for failures of the namesake %j', async (namesake) => {
    const { succeed, fail } = attempts()
    let letThrough = 0
    for (let time = 0; time < 20; time++) {
      letThrough += await fail(1, 'alice')
      await succeed(namesake).catch(() => undefined)
    }
    expect(letThrough).toBeLessThanOrEqual(3)
  })

  test('makes up for nothing elsewhere, by name, or by address', async () => {
    const { succeed, fail } = attempts({ address: 4, user: 4 })
    await fail(3, 'alice', ELSEWHERE)
    await succeed('alice')
    expect(await fail(9, 'alice', ELSEWHERE)).toBe(0)
    expect(await fail(9, 'bob', ELSEWHERE)).toBe(1)
    expect(await fail(9, 'alice', '192.0.2.9')).toBe(1)
  })

  test('clears nothing if no address is known', async () => {
    const { succeed, fail } = attempts({ knownAddress: false })
    expect(await fail(2, 'alice')).toBe(2)
    await succeed('alice')
    expect(await fail(9, 'alice')).toBe(1)
  })
})

describe('a login that is given back', () => {
  test('counts nowhere and makes up for nothing', async () => {
    const { attempt, fail } = attempts({ address: 3, user: 3 })
    await fail(2, 'alice')
    for (let time = 0; time < 9; time++) await (await attempt('alice'))?.giveBack()
    expect(await fail(9, 'alice')).toBe(1)
  })

  test('works with each limiter off', async () => {
    const { attempt, fail, succeed } = attempts({ address: false, userAndAddress: false, user: false })
    await (await attempt('alice'))?.giveBack()
    await succeed('alice')
    expect(await fail(9, 'alice')).toBe(9)
  })
})

describe('an attempt at an account', () => {
  test('is refused when the account has failed too often at the address, whatever names were used', async () => {
    const { attempt, refusals } = attempts()
    const allowed: (boolean | undefined)[] = []
    for (let time = 0; time < 9; time++) {
      const made = await attempt(`spelling ${time}`)
      allowed.push(await made?.reserveAccount('42'))
      made?.settle()
    }
    expect(allowed).toEqual([true, true, true, ...Array<boolean>(6).fill(false)])
    expect(refusals).toEqual(Array(6).fill('userAndAddress'))
    expect(await (await attempt('another'))?.reserveAccount('43')).toBe(true)
    expect(await (await attempt('another', ELSEWHERE))?.reserveAccount('42')).toBe(true)
  })

  test('is refused when the account has failed too often everywhere, except at a known address', async () => {
    const { attempt, succeed, refusals } = attempts({ user: 2 })
    await succeed('alice', HOME, '42')
    for (const from of ['192.0.2.8', '192.0.2.9']) {
      const made = await attempt(from, from)
      expect(await made?.reserveAccount('42')).toBe(true)
      made?.settle()
    }
    expect(await (await attempt('x', ELSEWHERE))?.reserveAccount('42')).toBe(false)
    expect(await (await attempt('alice', HOME))?.reserveAccount('42')).toBe(true)
    expect(refusals).toEqual(['user'])
  })

  test('is refused at an address that only a user of the same name at another client has made known', async () => {
    const { attempt, succeed } = attempts({ user: 2 })
    await succeed('alice', HOME, 'the alice of another client')
    for (const from of ['192.0.2.8', '192.0.2.9']) {
      const made = await attempt('alice', from)
      expect(await made?.reserveAccount('42')).toBe(true)
      made?.settle()
    }
    expect(await (await attempt('alice', HOME))?.reserveAccount('42')).toBe(false)
  })

  test('ends like the login if the login is over before the account is counted', async () => {
    const { attempt } = attempts({ userAndAddress: 2 })
    for (let time = 0; time < 9; time++) {
      const succeeded = await attempt(`name ${time}`)
      await succeeded?.succeed('42')
      expect(await succeeded?.reserveAccount('42')).toBe(true)
    }
    const allowed: unknown[] = []
    for (let time = 0; time < 3; time++) {
      const failed = await attempt(`other name ${time}`)
      failed?.settle()
      allowed.push(await failed?.reserveAccount('42'))
    }
    expect(allowed).toEqual([true, true, false])
  })

  test('counts nowhere for the account if it is refused', async () => {
    const { attempt } = attempts({ userAndAddress: 1, user: 2 })
    const first = await attempt('a')
    await first?.reserveAccount('42')
    first?.settle()
    for (let time = 0; time < 9; time++) {
      expect(await (await attempt(`b${time}`))?.reserveAccount('42')).toBe(false)
    }
    expect(await (await attempt('c', ELSEWHERE))?.reserveAccount('42')).toBe(true)
  })

  test('never counts as an attempt at a name', async () => {
    const { attempt, fail } = attempts()
    for (const subject of ['alice', usernameKey(SECRET, 'alice')]) {
      for (let time = 0; time < 3; time++) {
        const made = await attempt(`x${time}`)
        await made?.reserveAccount(subject)
        made?.settle()
      }
    }
    expect(await fail(9, 'alice')).toBe(3)
  })

  test('makes up for the failures of the account at the address when it succeeds, and is given back otherwise', async () => {
    const { attempt } = attempts()
    for (let round = 0; round < 5; round++) {
      const failed = await attempt(`round ${round}`)
      await failed?.reserveAccount('42')
      failed?.settle()
      const givenBack = await attempt('alice')
      await givenBack?.reserveAccount('42')
      await givenBack?.giveBack()
      const succeeded = await attempt('alice')
      expect(await succeeded?.reserveAccount('42')).toBe(true)
      await succeeded?.succeed('42')
    }
  })
})

describe('an attempt whose check throws', () => {
  test('is given back while errors are few, and then counts as a failure', async () => {
    const { attempt } = attempts()
    const givenBack: (boolean | undefined)[] = []
    for (let time = 0; time < 20; time++) givenBack.push(await (await attempt('alice'))?.giveBackError())
    expect(givenBack).toEqual([
      ...[true, true, true],
      ...[false, false, false],
      ...Array<undefined>(14).fill(undefined),
    ])
  })

  test('counts errors by the account too, whatever names were used', async () => {
    const { attempt } = attempts()
    const givenBack: unknown[] = []
    for (let time = 0; time < 8; time++) {
      const made = await attempt(`spelling ${time}`)
      givenBack.push((await made?.reserveAccount('42')) === true ? await made?.giveBackError() : 'refused')
    }
    expect(givenBack).toEqual([true, true, true, false, false, false, 'refused', 'refused'])
  })

  test('counts errors by name everywhere', async () => {
    const { attempt } = attempts({ user: 2 })
    const givenBack: (boolean | undefined)[] = []
    for (let time = 0; time < 6; time++) {
      givenBack.push(await (await attempt('alice', `192.0.2.${time}`))?.giveBackError())
    }
    expect(givenBack).toEqual([true, true, false, false, undefined, undefined])
  })

  test('locks out no user of a shared address during an outage', async () => {
    const { attempt } = attempts({ address: 60 })
    for (let user = 0; user < 200; user++) {
      for (let time = 0; time < 3; time++) {
        expect(await (await attempt(`user ${user}`))?.giveBackError()).toBe(true)
      }
    }
  })

  test.each<[string, Limits]>([
    ['', {}],
    [' if the limits by name are off', { userAndAddress: false, user: false }],
  ])('is given back ten times as often as the limit by address allows, whatever names were used%s', async (_, off) => {
    const { attempt } = attempts({ address: 2, ...off })
    const givenBack: (boolean | undefined)[] = []
    for (let time = 0; time < 24; time++) givenBack.push(await (await attempt(`user ${time}`))?.giveBackError())
    expect(givenBack).toEqual([...Array<boolean>(20).fill(true), false, false, undefined, undefined])
  })

  test('leaves the budget of other names alone', async () => {
    const { attempt } = attempts()
    for (let time = 0; time < 3; time++) await (await attempt('alice'))?.giveBackError()
    expect(await (await attempt('bob'))?.giveBackError()).toBe(true)
    expect(await (await attempt('alice', ELSEWHERE))?.giveBackError()).toBe(true)
  })
})

test('A reservation with one limiter is given back after an error within a budget of the same size.', async () => {
  const limits = limiter({ limit: 2, window: 600 })
  const givenBack: unknown[] = []
  for (let time = 0; time < 6; time++) {
    try {
      givenBack.push(await (await limits.reserve('subject')).giveBackError())
    } catch {
      givenBack.push('refused')
    }
  }
  expect(givenBack).toEqual([true, true, false, false, 'refused', 'refused'])
})
