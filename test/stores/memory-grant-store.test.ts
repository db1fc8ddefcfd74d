import { describe, expect, test } from 'vitest'
import { keptGrant, NOW, refresh, sampleGrant, SECOND } from '../../lib/stores/contract/sample-grant.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'

describe('MemoryGrantStore', () => {
  test('answers at once', () => {
    const store = new MemoryGrantStore()
    const grant = sampleGrant()
    store.create(grant, NOW)
    expect(store.rotate(refresh(grant, 0, NOW))).toMatchObject({ outcome: 'rotated' })
    expect(store.list(grant.subject, NOW)).toHaveLength(1)
    expect(store.revokeAll(grant.subject, NOW)).toBe(1)
  })

  test('lets the oldest grant go when there are too many', async () => {
    const store = new MemoryGrantStore({ maxGrants: 3 })
    const grants = []
    for (let i = 0; i < 5; i++) grants.push(await keptGrant(store, { subject: `user-${i % 2}` }))
    const [first, second, ...rest] = grants
    expect(first && store.find(first.id, NOW)).toBeUndefined()
    expect(second && store.find(second.id, NOW)).toBeUndefined()
    for (const grant of rest) expect(store.find(grant.id, NOW)).toEqual(grant)
    expect(store.list('user-0', NOW)).toHaveLength(2)
    expect(store.list('user-1', NOW)).toHaveLength(1)
  })

  test('counts what was revoked for nothing when it is full', async () => {
    const store = new MemoryGrantStore({ maxGrants: 3 })
    const first = await keptGrant(store)
    const second = await keptGrant(store)
    await keptGrant(store)
    store.revoke(second.id, NOW)
    await keptGrant(store)
    expect(store.find(first.id, NOW)).toEqual(first)
    await keptGrant(store)
    expect(store.find(first.id, NOW)).toBeUndefined()
  })

  test('drops expired grants by itself as new ones come', async () => {
    const store = new MemoryGrantStore()
    for (let i = 0; i < 1000; i++) await keptGrant(store, { expiresAt: NOW + SECOND })
    for (let i = 0; i < 1000; i++) await keptGrant(store, { createdAt: NOW + SECOND })
    expect(store.prune(NOW + SECOND)).toBe(0)
  })

  test('prunes all that has expired', async () => {
    const store = new MemoryGrantStore()
    for (let i = 0; i < 100; i++) await keptGrant(store, { expiresAt: NOW + SECOND + (i % 2) })
    expect(store.prune(NOW + SECOND)).toBe(50)
    expect(store.prune(NOW + SECOND)).toBe(0)
    expect(store.prune(NOW + SECOND + 1)).toBe(50)
  })

  test('keeps the newest of two grants of one id', async () => {
    const store = new MemoryGrantStore()
    const { id, subject } = await keptGrant(store, { scope: 'old' })
    const grant = await keptGrant(store, { id, subject, scope: 'new' })
    expect(store.list(subject, NOW)).toEqual([grant])
    expect(store.revokeAll(subject, NOW)).toBe(1)
    expect(store.find(id, NOW)).toBeUndefined()
  })

  test.each([0, -1, 1.5, NaN, Infinity, 16_000_001, '5'])('refuses maxGrants: %s', (maxGrants) => {
    expect(() => new MemoryGrantStore({ maxGrants: maxGrants as never })).toThrow(
      new TypeError(`maxGrants must be a whole number from 1 to 16000000; it is ${String(maxGrants)}.`),
    )
  })
})
