import { setImmediate } from 'node:timers/promises'
import type { ClientRateLimitInfo, Store } from 'express-rate-limit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { limiter } from '../../../lib/limits/limiter.js'
import { circuitBreaker } from '../../../lib/limits/circuit-breaker.js'
import { OAuthError } from '../../../lib/oauth-error.js'

const WINDOW = 60

/** A store as a database would be one: it answers later than it is asked, and each count once. */
class CountingStore implements Store {
  readonly calls: string[] = []
  readonly counts = new Map<string, number>()
  readonly resetTime: Date | undefined

  constructor(resetTime?: Date) {
    this.resetTime = resetTime
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    this.calls.push('get')
    await Promise.resolve()
    const totalHits = this.counts.get(key)
    return totalHits === undefined ? undefined : { totalHits, resetTime: this.resetTime }
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    this.calls.push('increment')
    const totalHits = this.add(key, 1)
    await Promise.resolve()
    return { totalHits, resetTime: this.resetTime }
  }

  async decrement(key: string): Promise<void> {
    this.calls.push('decrement')
    await Promise.resolve()
    this.add(key, -1)
  }

  async resetKey(key: string): Promise<void> {
    this.calls.push('resetKey')
    await Promise.resolve()
    this.counts.delete(key)
  }

  add(key: string, count: number): number {
    const sum = (this.counts.get(key) ?? 0) + count
    this.counts.set(key, sum)
    return sum
  }
}

/** A store whose every act is the same. */
function storeThat(act: () => unknown): Store {
  return { get: act, increment: act, decrement: act, resetKey: act } as Store // what it answers is the test's matter
}

interface LimiterSetup {
  readonly limit?: number
  readonly store?: Store
  readonly storeTimeout?: number
  readonly onStoreFailure?: (error: unknown) => void
}

/** A limiter that always returns promises. In memory it returns values. */
function limiterOf({ limit = 3, store, storeTimeout = 1000, onStoreFailure }: LimiterSetup = {}) {
  const onFailure =
    onStoreFailure ??
    ((error: unknown) => {
      throw error
    })
  const shared = store === undefined ? {} : { shared: { store, guard: circuitBreaker(storeTimeout), onFailure } }
  const limits = limiter({ limit, window: WINDOW, ...shared })
  return {
    reserve: async (key: string) => limits.reserve(key),
    check: async (key: string) => limits.check(key),
    count: async (key: string) => limits.count(key),
  }
}

async function refusalOf(act: Promise<unknown>): Promise<OAuthError> {
  const error: unknown = await act.then(
    () => 'It was accepted.',
    (reason: unknown) => reason,
  )
  if (error instanceof OAuthError) return error
  return expect.fail(String(error))
}

async function times(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let round = 0; round < count; round += 1) await act()
}

async function howMany(acts: readonly Promise<unknown>[]): Promise<{ granted: number; refused: number }> {
  const outcomes = await Promise.allSettled(acts)
  const granted = outcomes.filter(({ status }) => status === 'fulfilled').length
  return { granted, refused: outcomes.length - granted }
}

beforeEach(() => {
  vi.useFakeTimers({
    now: 1_800_000_000_000,
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const shared = () => new CountingStore(new Date(Date.now() + WINDOW * 1000))
const kinds: [string, () => LimiterSetup][] = [
  ['in this process\u2019s memory', () => ({})],
  ['in a store', () => ({ store: shared() })],
]

describe.each(kinds)('a limiter that counts %s', (_kind, options) => {
  test('grants as many attempts as its limit, and refuses the next', async () => {
    const limits = limiterOf(options())
    await times(3, () => limits.reserve('alice'))
    const error = await refusalOf(limits.reserve('alice'))
    expect(error).toMatchObject({ code: 'temporarily_unavailable', status: 429, headers: { 'Retry-After': '60' } })
  })

  test('counts each key by itself', async () => {
    const limits = limiterOf(options())
    await times(3, () => limits.reserve('alice'))
    await expect(limits.reserve('bob')).resolves.toBeDefined()
  })

  test('does not count an attempt that is given back, and no other with it', async () => {
    const limits = limiterOf(options())
    await limits.reserve('alice')
    await times(20, async () => {
      await (await limits.reserve('alice')).giveBack()
    })
    await times(2, () => limits.reserve('alice'))
    await refusalOf(limits.reserve('alice'))
  })

  test('forgets the failures of a key that is cleared, and of no other', async () => {
    const limits = limiterOf(options())
    await times(3, () => limits.reserve('bob'))
    await times(2, () => limits.reserve('alice'))
    await (await limits.reserve('alice')).clear()
    await times(3, () => limits.reserve('alice'))
    await refusalOf(limits.reserve('alice'))
    await refusalOf(limits.reserve('bob'))
  })

  test('checks without counting', async () => {
    const limits = limiterOf(options())
    await times(20, () => limits.check('address'))
    await times(2, () => limits.count('address'))
    await times(20, () => limits.check('address'))
    await limits.count('address')
    expect(await refusalOf(limits.check('address'))).toMatchObject({ status: 429, headers: { 'Retry-After': '60' } })
    await expect(limits.check('another')).resolves.toBeUndefined()
  })

  test('counts without refusing: the failure has been', async () => {
    const limits = limiterOf(options())
    await expect(times(20, () => limits.count('address'))).resolves.toBeUndefined()
  })

  test('never grants more than its limit to attempts at once, and refuses none that it could grant', async () => {
    const limits = limiterOf({ ...options(), limit: 5 })
    const attempts = Array.from({ length: 50 }, () => limits.reserve('alice'))
    expect(await howMany(attempts)).toEqual({ granted: 5, refused: 45 })
  })

  test('never grants more than its limit to attempts at once while others are given back', async () => {
    const limits = limiterOf({ ...options(), limit: 5 })
    let open = 0
    let most = 0
    const attempt = async () => {
      const reservation = await limits.reserve('alice')
      open += 1
      most = Math.max(most, open)
      await setImmediate()
      open -= 1
      await reservation.giveBack()
    }
    for (let wave = 0; wave < 10; wave += 1) {
      await howMany(Array.from({ length: 20 }, attempt))
      expect(open).toBe(0)
    }
    expect(most).toBeLessThanOrEqual(5)
  })
})

describe('the window of a limiter in memory', () => {
  test('begins with the first failure and ends with its time, however many come meanwhile', async () => {
    const limits = limiterOf()
    await limits.reserve('alice')
    await vi.advanceTimersByTimeAsync(30_000)
    await times(2, () => limits.reserve('alice'))
    await times(20, () => refusalOf(limits.reserve('alice')))
    await vi.advanceTimersByTimeAsync(29_999)
    expect((await refusalOf(limits.reserve('alice'))).headers).toEqual({ 'Retry-After': '1' })
    await vi.advanceTimersByTimeAsync(1)
    await times(3, () => limits.reserve('alice'))
    await refusalOf(limits.reserve('alice'))
  })

  test('ends for a check as it does for an attempt, whenever in a window of the store it began', async () => {
    for (const offset of [0, 1, 20_000, 59_999]) {
      const limits = limiterOf()
      await vi.advanceTimersByTimeAsync(offset)
      await times(3, () => limits.count('address'))
      await vi.advanceTimersByTimeAsync(59_999)
      expect((await refusalOf(limits.check('address'))).headers).toEqual({ 'Retry-After': '1' })
      await vi.advanceTimersByTimeAsync(1)
      await expect(limits.check('address')).resolves.toBeUndefined()
    }
  })

  test('tells how long is left in whole seconds, rounded up', async () => {
    const limits = limiterOf()
    await times(3, () => limits.count('address'))
    for (const [passed, left] of [
      [0, '60'],
      [1, '60'],
      [999, '59'],
      [29_000, '30'],
    ] as const) {
      await vi.advanceTimersByTimeAsync(passed)
      expect((await refusalOf(limits.check('address'))).headers['Retry-After']).toBe(left)
    }
  })

  test('is not ended sooner by an attempt of the window before that is given back', async () => {
    const limits = limiterOf()
    const old = await limits.reserve('alice')
    await vi.advanceTimersByTimeAsync(WINDOW * 1000)
    await times(3, () => limits.reserve('alice'))
    await old.giveBack()
    await refusalOf(limits.reserve('alice'))
  })
})

describe('Retry-After', () => {
  test.each([
    ['the whole window where the store does not tell', undefined, '60'],
    ['one second at least, where the store\u2019s clock is behind', new Date(1_700_000_000_000), '1'],
    ['what the store tells', new Date(1_800_000_090_000), '90'],
    ['a number, even where the store tells no time at all', new Date(NaN), '60'],
  ])('is %s', async (_title, resetTime, seconds) => {
    const limits = limiterOf({ store: new CountingStore(resetTime), limit: 1 })
    await limits.count('key')
    expect((await refusalOf(limits.check('key'))).headers['Retry-After']).toBe(seconds)
    expect((await refusalOf(limits.reserve('key'))).headers['Retry-After']).toBe(seconds)
  })
})

describe('a store without get, which the library\u2019s contract does not ask for,', () => {
  test('is asked by counting and giving back', async () => {
    const store = shared()
    const limits = limiterOf({ store: Object.assign(store, { get: undefined }) as unknown as Store })
    await times(2, () => limits.count('address'))
    await times(5, () => limits.check('address'))
    expect(store.counts.get('address')).toBe(2)
    await limits.count('address')
    await refusalOf(limits.check('address'))
    expect(store.counts.get('address')).toBe(3)
  })
})

describe('a store that fails', () => {
  const failure = new Error('the store is down')
  const failing: [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw failure
      },
    ],
    ['rejects', () => Promise.reject(failure)],
  ]

  test.each(failing)(
    'is no end of limiting where it %s: this process counts alone, and tells each time',
    async (_title, act) => {
      const onStoreFailure = vi.fn()
      const limits = limiterOf({ store: storeThat(act), onStoreFailure })
      await times(3, () => limits.reserve('alice'))
      expect(await refusalOf(limits.reserve('alice'))).toMatchObject({ status: 429, headers: { 'Retry-After': '60' } })
      await times(3, () => limits.count('address'))
      await refusalOf(limits.check('address'))
      expect(onStoreFailure).toHaveBeenCalledTimes(11)
      expect(onStoreFailure).toHaveBeenLastCalledWith(failure)
    },
  )

  test.each(failing)('still gives back and clears where it %s', async (_title, act) => {
    const limits = limiterOf({ store: storeThat(act), onStoreFailure: vi.fn() })
    await limits.reserve('alice')
    await times(10, async () => {
      await (await limits.reserve('alice')).giveBack()
    })
    await limits.reserve('alice')
    await (await limits.reserve('alice')).clear()
    await times(3, () => limits.reserve('alice'))
    await refusalOf(limits.reserve('alice'))
  })

  test('by hanging holds nobody longer than its time, and is limited all the same', async () => {
    const onStoreFailure = vi.fn()
    const limits = limiterOf({
      store: storeThat(() => new Promise(() => undefined)),
      storeTimeout: 250,
      onStoreFailure,
    })
    let settled = 0
    const attempts = howMany(
      Array.from({ length: 4 }, () =>
        limits.reserve('alice').finally(() => {
          settled += 1
        }),
      ),
    )
    await vi.advanceTimersByTimeAsync(249)
    expect(settled).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(settled).toBe(4)
    expect((await attempts).granted).toBeLessThanOrEqual(3)
    expect(onStoreFailure).toHaveBeenCalledTimes(4)
    expect(onStoreFailure).toHaveBeenLastCalledWith(expect.objectContaining({ message: 'The limiter store is late.' }))
  })

  test('after its time is not heard any more, and what it says then is no unhandled rejection', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const tooLate = () => new Promise((_resolve, reject) => setTimeout(reject, 500, failure))
    const limits = limiterOf({ store: storeThat(tooLate), storeTimeout: 250, onStoreFailure: vi.fn() })
    const attempt = limits.reserve('alice')
    await vi.advanceTimersByTimeAsync(1000)
    await expect(attempt).resolves.toBeDefined()
    await setImmediate()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([undefined, null, {}, { totalHits: undefined }, { totalHits: NaN }])(
    'by answering %j, which is no count, is no end of limiting',
    async (answer) => {
      const limits = limiterOf({ store: storeThat(() => Promise.resolve(answer)), onStoreFailure: vi.fn() })
      const { granted } = await howMany(Array.from({ length: 10 }, () => limits.reserve('alice')))
      expect(granted).toBeLessThanOrEqual(3)
    },
  )

  test('is used again as soon as it works', async () => {
    const store = shared()
    const increment = vi.spyOn(store, 'increment').mockRejectedValueOnce(failure)
    const onStoreFailure = vi.fn()
    const limits = limiterOf({ store, onStoreFailure })
    await times(3, () => limits.reserve('alice'))
    expect(onStoreFailure).toHaveBeenCalledTimes(1)
    expect(increment).toHaveBeenCalledTimes(3)
    expect(store.counts.get('alice')).toBe(2)
  })
})

test('A store is told the window before it is asked anything', () => {
  const init = vi.fn()
  limiterOf({ store: Object.assign(shared(), { init }) })
  expect(init).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ windowMs: WINDOW * 1000 }))
})

test('A limiter in memory keeps no process alive', () => {
  vi.useRealTimers()
  const before = process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
  limiterOf()
  expect(process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout')).toHaveLength(before)
})
