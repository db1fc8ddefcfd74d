import { afterEach, describe, expect, test, vi } from 'vitest'
import { DAY, keep, keptGrant, listed, refresh, sampleGrant, SECOND } from '../../lib/stores/contract/sample-grant.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'

afterEach(() => {
  vi.useRealTimers()
})

describe('MemoryGrantStore', () => {
  test('answers at once', () => {
    const store = new MemoryGrantStore()
    const grant = sampleGrant()
    expect(store.create({ grant, age: 0, maxPerSubject: undefined })).toEqual({ outcome: 'created', displaced: [] })
    expect(store.rotate(refresh(grant, 0))).toMatchObject({ outcome: 'rotated' })
    expect(store.list(grant.subject, 10)).toHaveLength(1)
    expect(store.revokeAll(grant.subject, { loginLifetime: DAY })).toBe(1)
  })

  test('ends the oldest grant of all when it is full and the subject has none, and returns it', async () => {
    const store = new MemoryGrantStore({ maxGrants: 3 })
    const [first, second] = [await keptGrant(store), await keptGrant(store), await keptGrant(store)]
    for (const displaced of [first, second]) {
      const result = store.create({ grant: sampleGrant(), age: 0, maxPerSubject: 100 })
      expect(result).toEqual({ outcome: 'created', displaced: [displaced] })
      expect(store.find(displaced.id)).toBeUndefined()
    }
  })

  test('keeps the sessions of others when one account logs in without end, with and without a cap', async () => {
    for (const maxPerSubject of [100, undefined]) {
      const store = new MemoryGrantStore({ maxGrants: 500 })
      const honest = []
      for (let i = 0; i < 499; i++) honest.push(await keptGrant(store))
      for (let i = 0; i < 600; i++) {
        store.create({ grant: sampleGrant({ subject: 'mallory' }), age: 0, maxPerSubject })
      }
      for (const grant of honest) expect(store.find(grant.id)).toEqual(grant)
    }
  })

  test('counts what was revoked for nothing when it is full', async () => {
    const store = new MemoryGrantStore({ maxGrants: 3 })
    const first = await keptGrant(store)
    const second = await keptGrant(store)
    await keptGrant(store)
    store.revoke(second.id)
    await keptGrant(store)
    expect(store.find(first.id)).toEqual(first)
    store.create({ grant: sampleGrant(), age: 0, maxPerSubject: undefined })
    expect(store.find(first.id)).toBeUndefined()
  })

  test('drops expired grants by itself as new ones come', async () => {
    const store = new MemoryGrantStore()
    for (let i = 0; i < 1000; i++) await keptGrant(store, { expiresAt: Date.now() - SECOND })
    for (let i = 0; i < 1000; i++) await keptGrant(store)
    expect(store.prune()).toBe(0)
  })

  test('prunes all that has expired', async () => {
    const store = new MemoryGrantStore()
    vi.useFakeTimers({ toFake: ['Date'] })
    for (let i = 0; i < 100; i++) await keptGrant(store, { expiresAt: Date.now() + SECOND + (i % 2) })
    vi.setSystemTime(Date.now() + SECOND)
    expect(store.prune()).toBe(50)
    expect(store.prune()).toBe(0)
    vi.setSystemTime(Date.now() + 1)
    expect(store.prune()).toBe(50)
  })

  test('keeps the newest of two grants of one id', async () => {
    const store = new MemoryGrantStore()
    const { id, subject } = await keptGrant(store, { scope: 'old' })
    const grant = sampleGrant({ id, subject, scope: 'new' })
    await keep(store, grant)
    expect(await listed(store, subject)).toEqual([grant])
    expect(store.revokeAll(subject, { loginLifetime: DAY })).toBe(1)
    expect(store.find(id)).toBeUndefined()
  })

  test.each([0, -1, 1.5, NaN, Infinity, 16_000_001, '5'])('refuses maxGrants: %s', (maxGrants) => {
    expect(() => new MemoryGrantStore({ maxGrants: maxGrants as never })).toThrow(
      new TypeError(
        `maxGrants must be a whole number from 1 to 16000000; it is ${typeof maxGrants === 'string' ? JSON.stringify(maxGrants) : String(maxGrants)}.`,
      ),
    )
  })
})
