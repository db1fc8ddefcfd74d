import assert from 'node:assert/strict'
import {
  keep,
  keptGrant,
  listed,
  LOGIN_LIFETIME,
  refresh,
  rotated,
  sampleGrant,
  times,
  type Check,
} from './sample-grant.js'

const AT_ONCE = 50
const CAP = 5

/** What many do at once. */
export const concurrency: Readonly<Record<string, Check>> = {
  'rotates once when one generation is presented 50 times at once, and calls the others retries': async (store) => {
    const grant = await keptGrant(store)
    const results = await Promise.all(times(AT_ONCE, async () => store.rotate(refresh(grant, 0))))
    const [first, ...others] = results.sort((one, other) => (one.outcome > other.outcome ? -1 : 1))
    assert(first)
    const after = rotated(first, grant, 1)
    assert.deepEqual(
      others,
      times(AT_ONCE - 1, () => ({ outcome: 'retried', grant: after })),
    )
    assert.deepEqual(await store.find(grant.id), after)
  },

  'rotates once and then revokes when one generation is presented 50 times at once and the retry window is 0': async (
    store,
  ) => {
    const grant = await keptGrant(store)
    const results = await Promise.all(times(AT_ONCE, async () => store.rotate(refresh(grant, 0, { retryWindow: 0 }))))
    assert.deepEqual(results.map(({ outcome }) => outcome).sort(), [
      ...times(AT_ONCE - 2, () => 'absent'),
      'reused',
      'rotated',
    ])
    assert.equal(await store.find(grant.id), undefined)
  },

  'revokes once when a reused generation is presented 50 times at once': async (store) => {
    const grant = await keptGrant(store, { generation: 2 })
    const results = await Promise.all(times(AT_ONCE, async () => store.rotate(refresh(grant, 0))))
    assert.equal(results.filter(({ outcome }) => outcome === 'reused').length, 1)
    assert.equal(results.filter(({ outcome }) => outcome === 'absent').length, AT_ONCE - 1)
  },

  'leaves nothing living when a revocation comes among rotations': async (store) => {
    const grant = await keptGrant(store)
    await Promise.all([
      ...times(AT_ONCE, async (generation) => store.rotate(refresh(grant, generation))),
      store.revoke(grant.id),
      ...times(AT_ONCE, async (generation) => store.rotate(refresh(grant, generation))),
    ])
    assert.equal(await store.find(grant.id), undefined)
  },

  'loses none of 50 grants of one subject that are created at once': async (store) => {
    const { subject, createdAt } = sampleGrant()
    const grants = times(AT_ONCE, (milliseconds) => sampleGrant({ subject, createdAt: createdAt - milliseconds }))
    await Promise.all(grants.map(async (grant) => keep(store, grant)))
    assert.deepEqual(await listed(store, subject), grants)
    assert.equal(await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME }), AT_ONCE)
  },

  'keeps the newest grants of a subject once 50 were created at once, and reports each that it ended once': async (
    store,
  ) => {
    const { subject, createdAt } = sampleGrant()
    const grants = times(AT_ONCE, (index) => sampleGrant({ subject, createdAt: createdAt + index }))
    const last = sampleGrant({ subject, createdAt: createdAt + AT_ONCE })
    const create = async (grant: typeof last) => store.create({ grant, age: 0, maxPerSubject: CAP })
    const results = [...(await Promise.all(grants.map(create))), await create(last)]
    const displaced = results.flatMap((result) => (result.outcome === 'created' ? result.displaced : []))
    const left = await listed(store, subject)
    assert.equal(left.length, CAP)
    assert.deepEqual(left[0], last)
    assert.equal(displaced.length, AT_ONCE + 1 - CAP)
    assert.deepEqual(
      new Set([...displaced, ...left].map(({ id }) => id)),
      new Set([...grants, last].map(({ id }) => id)),
    )
  },
}
