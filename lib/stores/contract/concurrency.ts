import assert from 'node:assert/strict'
import { keptGrant, NOW, refresh, rotated, sampleGrant, type Check } from './sample-grant.js'

const AT_ONCE = 50

/** What many do at once. */
export const concurrency: Readonly<Record<string, Check>> = {
  'rotates once when one generation is presented 50 times at once, and calls the others retries': async (store) => {
    const grant = await keptGrant(store)
    const results = await Promise.all(times(AT_ONCE, async () => store.rotate(refresh(grant, 0, NOW))))
    const after = rotated(grant, 1, NOW)
    assert.deepEqual(
      results.sort((one, other) => (one.outcome < other.outcome ? -1 : 1)),
      [...times(AT_ONCE - 1, () => ({ outcome: 'retried', grant: after })), { outcome: 'rotated', grant: after }],
    )
    assert.deepEqual(await store.find(grant.id, NOW), after)
  },

  'revokes once when a reused generation is presented 50 times at once': async (store) => {
    const grant = await keptGrant(store, { generation: 2 })
    const results = await Promise.all(times(AT_ONCE, async () => store.rotate(refresh(grant, 0, NOW))))
    assert.equal(results.filter(({ outcome }) => outcome === 'reused').length, 1)
    assert.equal(results.filter(({ outcome }) => outcome === 'absent').length, AT_ONCE - 1)
  },

  'leaves nothing living when a revocation comes among rotations': async (store) => {
    const grant = await keptGrant(store)
    await Promise.all([
      ...times(AT_ONCE, async (generation) => store.rotate(refresh(grant, generation, NOW))),
      store.revoke(grant.id, NOW),
      ...times(AT_ONCE, async (generation) => store.rotate(refresh(grant, generation, NOW))),
    ])
    assert.equal(await store.find(grant.id, NOW), undefined)
  },

  'loses none of 50 grants of one subject that are created at once': async (store) => {
    const { subject } = sampleGrant()
    const grants = times(AT_ONCE, (milliseconds) => sampleGrant({ subject, createdAt: NOW - milliseconds }))
    await Promise.all(grants.map(async (grant) => store.create(grant, NOW)))
    assert.deepEqual(await store.list(subject, NOW), grants)
    assert.equal(await store.revokeAll(subject, NOW), AT_ONCE)
  },
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
