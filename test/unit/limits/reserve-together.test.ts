import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { MemoryStore } from 'express-rate-limit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { HeldPlace } from '../../../lib/limits/held-place.js'
import { type Place } from '../../../lib/limits/held-place.js'
import { limiter } from '../../../lib/limits/limiter.js'
import { isRefused, lookAt, reserveTogether, type Refused } from '../../../lib/limits/reserve-together.js'
import { circuitBreaker } from '../../../lib/limits/circuit-breaker.js'
import { whenAll } from '../../../lib/async/maybe-promise.js'

const WINDOW = 600

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A response as far as those who wait look at it. */
class FakeResponse extends EventEmitter {
  destroyed = false
  readonly req = { socket: { destroyed: false } }

  close(): void {
    this.destroyed = true
    this.emit('close')
  }
}

/** Attempts at two limiters, the second of which is in memory or in a store that other processes share. */
function attempts({ address = 1000, user = 2, store }: { address?: number; user?: number; store?: MemoryStore } = {}) {
  const shared =
    store === undefined ? {} : { shared: { store, guard: circuitBreaker(1000), onFailure: () => undefined } }
  const addresses = limiter({ limit: address, window: WINDOW })
  const users = limiter({ limit: user, window: WINDOW, ...shared })
  const counted = async (place: 'address' | 'user') =>
    place === 'address' ? addresses.counter.count('here') : users.counter.count('alice')

  async function attempt(name = 'alice', response = new FakeResponse()): Promise<readonly HeldPlace[] | Refused> {
    const places: readonly Place[] = [
      { name: 'address', limiter: addresses, key: 'here', isCleared: false },
      { name: 'user', limiter: users, key: name, isCleared: false },
    ]
    const waiting = { response: response as unknown as ServerResponse, patience: { left: 10_000 } } // as far as it is used
    return reserveTogether(() => lookAt(places), waiting)
  }
  /** What becomes of an attempt: as soon as it is known. */
  function begun(name?: string, response?: FakeResponse) {
    const fate: { outcome: 'waits' | 'granted' | Refused } = { outcome: 'waits' }
    void attempt(name, response).then((outcome) => {
      fate.outcome = isRefused(outcome) ? outcome : 'granted'
    })
    return fate
  }
  return { attempt, begun, counted, users }
}

async function granted(outcome: Promise<readonly HeldPlace[] | Refused>): Promise<readonly HeldPlace[]> {
  const held = await outcome
  return isRefused(held) ? expect.fail(`It was refused: ${JSON.stringify(held)}`) : held
}

async function giveBack(held: readonly HeldPlace[]): Promise<void> {
  for (const one of held) await one.giveBack()
}

function fail(held: readonly HeldPlace[]): void {
  for (const one of held) one.settle()
}

const kinds: [string, () => { store?: MemoryStore }][] = [
  ['in memory', () => ({})],
  ['in a shared store', () => ({ store: new MemoryStore() })],
]

describe.each(kinds)('attempts that count %s', (_kind, options) => {
  test('over the limit wait for those under way, in their order, and go on as these are given back', async () => {
    const { attempt } = attempts(options())
    const order: number[] = []
    let underWay = 0
    let most = 0
    const all = Array.from({ length: 20 }, async (_, index) => {
      const held = await granted(attempt())
      order.push(index)
      most = Math.max(most, (underWay += 1))
      await vi.advanceTimersByTimeAsync(1)
      underWay -= 1
      await giveBack(held)
    })
    await vi.advanceTimersByTimeAsync(5000)
    await Promise.all(all)
    expect(order).toEqual([...order].sort((one, other) => one - other))
    expect(order).toHaveLength(20)
    expect(most).toBe(2)
  })

  test('hold nothing at any limiter while they wait', async () => {
    const { attempt, begun, counted } = attempts({ ...options(), user: 1 })
    await granted(attempt())
    const waiting = [begun(), begun(), begun()]
    await vi.advanceTimersByTimeAsync(200)
    expect(waiting.map(({ outcome }) => outcome)).toEqual(['waits', 'waits', 'waits'])
    expect((await counted('address')).hits).toBe(1)
    expect((await counted('user')).hits).toBe(1)
  })

  test('do not overtake those that wait', async () => {
    const { attempt, begun } = attempts({ ...options(), user: 1 })
    const first = await granted(attempt())
    const waiting = begun()
    await vi.advanceTimersByTimeAsync(10)
    const givenBack = first.map((one) => one.giveBack())
    const newcomer = begun() // in memory, before the one that waits has been able to look
    await whenAll(givenBack)
    await vi.advanceTimersByTimeAsync(500)
    expect([waiting.outcome, newcomer.outcome]).toEqual(['granted', 'waits'])
  })

  test('are refused for the rest of the window once those under way have failed', async () => {
    const { attempt, begun } = attempts(options())
    const held = [await granted(attempt()), await granted(attempt())]
    const waiting = Array.from({ length: 10 }, () => begun())
    await vi.advanceTimersByTimeAsync(100)
    held.forEach(fail)
    await vi.advanceTimersByTimeAsync(1000)
    for (const { outcome } of waiting) {
      expect(outcome).toMatchObject({ limit: 'user', isGone: false })
      expect((outcome as Refused).retryAfter).toBeGreaterThan(WINDOW - 5)
    }
  })

  test('that stay under way are waited for ten seconds and no longer, and are said to be over soon', async () => {
    const { attempt, begun } = attempts({ ...options(), user: 1 })
    await granted(attempt())
    const waiting = [begun(), begun()]
    await vi.advanceTimersByTimeAsync(9_000)
    expect(waiting.map(({ outcome }) => outcome)).toEqual(['waits', 'waits'])
    await vi.advanceTimersByTimeAsync(1_200)
    for (const { outcome } of waiting) expect(outcome).toEqual({ limit: 'user', retryAfter: 3, isGone: false })
  })

  test('leave the queue when their client has gone, and let the next one in', async () => {
    const { attempt, begun } = attempts({ ...options(), user: 1 })
    const first = await granted(attempt())
    const response = new FakeResponse()
    const gone = begun('alice', response)
    const next = begun()
    await vi.advanceTimersByTimeAsync(10)
    response.close()
    await vi.advanceTimersByTimeAsync(10)
    expect(gone.outcome).toMatchObject({ isGone: true })
    expect(response.listenerCount('close')).toBe(0)
    await giveBack(first)
    await vi.advanceTimersByTimeAsync(200)
    expect(next.outcome).toBe('granted')
  })

  test('wait in a queue of bounded length', async () => {
    const { attempt, begun } = attempts({ ...options(), user: 1 })
    await granted(attempt())
    const waiting = Array.from({ length: 1100 }, () => begun())
    await vi.advanceTimersByTimeAsync(300)
    const refused = waiting.filter(({ outcome }) => outcome !== 'waits')
    expect(refused).toHaveLength(100)
    for (const { outcome } of refused) expect(outcome).toMatchObject({ retryAfter: 3 })
  })

  test('leave nothing behind', async () => {
    const { attempt, begun, users } = attempts({ ...options(), user: 1 })
    const first = await granted(attempt())
    const waiting = begun()
    await vi.advanceTimersByTimeAsync(10)
    fail(first)
    await vi.advanceTimersByTimeAsync(1000)
    expect(waiting.outcome).toMatchObject({ limit: 'user' })
    expect(users.queues.at('alice')).toBeUndefined()
    expect(vi.getTimerCount()).toBeLessThanOrEqual(3) // those of express-rate-limit's stores
  })
})

test('An attempt is refused at once if failures in memory have reached the limit.', async () => {
  const { attempt } = attempts({ user: 1 })
  fail(await granted(attempt()))
  expect(await attempt()).toEqual({ limit: 'user', retryAfter: WINDOW, isGone: false })
})

test('An attempt is refused after a moment if a shared store stays at the limit, and granted if another process gives back.', async () => {
  const store = new MemoryStore()
  const { begun } = attempts({ user: 1, store })
  await store.increment('alice') // by another process
  const refused = begun()
  await vi.advanceTimersByTimeAsync(400)
  expect(refused.outcome).toBe('waits')
  await vi.advanceTimersByTimeAsync(400)
  expect(refused.outcome).toMatchObject({ limit: 'user', retryAfter: WINDOW })
  const next = begun()
  await vi.advanceTimersByTimeAsync(200)
  await store.decrement('alice')
  await vi.advanceTimersByTimeAsync(200)
  expect(next.outcome).toBe('granted')
})

test('Attempts that wait for other processes are few, and read the count of a shared store seldom.', async () => {
  const store = new MemoryStore()
  const { begun } = attempts({ user: 1, store })
  await store.increment('alice')
  const all = Array.from({ length: 300 }, () => begun())
  await vi.advanceTimersByTimeAsync(50)
  expect(all.filter(({ outcome }) => outcome === 'waits')).toHaveLength(100)
  await vi.advanceTimersByTimeAsync(1000)
  expect(all.filter(({ outcome }) => outcome === 'waits')).toEqual([])
})

test('Attempts at other keys do not wait.', async () => {
  const { attempt } = attempts({ user: 1 })
  await granted(attempt('alice'))
  await granted(attempt('bob'))
})
