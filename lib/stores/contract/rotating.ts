import assert from 'node:assert/strict'
import { newGrantId } from '../../grant.js'
import {
  CLOCK_DIFFERENCE,
  DAY,
  HOUR,
  keptGrant,
  listed,
  LOGIN_LIFETIME,
  refresh,
  RETRY_WINDOW,
  rotated,
  rotatedLongAgo,
  type Check,
} from './sample-grant.js'

/** `rotate`. */
export const rotating: Readonly<Record<string, Check>> = {
  'rotates the newest generation': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '192.0.2.1' })
    const after = rotated(await store.rotate(refresh(grant, 0)), grant, 1)
    assert.deepEqual(await store.find(grant.id), after)
    assert.deepEqual(await listed(store, grant.subject), [after])
  },

  'rotates again and again': async (store) => {
    const grant = await keptGrant(store)
    for (let generation = 0; generation < 10; generation++) {
      rotated(await store.rotate(refresh(grant, generation)), grant, generation + 1)
    }
    assert.equal((await listed(store, grant.subject)).length, 1)
  },

  'lets a rotated grant live for another idle lifetime, from the rotation on': async (store) => {
    const grant = await keptGrant(store, { expiresAt: Date.now() + CLOCK_DIFFERENCE })
    rotated(await store.rotate(refresh(grant, 0, { idleLifetime: DAY })), grant, 1, DAY)
    rotated(await store.rotate(refresh(grant, 1, { idleLifetime: HOUR })), grant, 2, HOUR)
  },

  'never lets a grant live on past its end': async (store) => {
    const grant = await keptGrant(store, { endsAt: Date.now() + HOUR, expiresAt: Date.now() + HOUR })
    const after = rotated(await store.rotate(refresh(grant, 0)), grant, 1)
    assert.equal(after.expiresAt, grant.endsAt)
  },

  'heals when a generation ahead of its own is presented': async (store) => {
    const grant = await keptGrant(store)
    const after = rotated(await store.rotate(refresh(grant, 2 ** 40)), grant, 2 ** 40 + 1)
    assert.deepEqual(await store.rotate(refresh(grant, 2 ** 40)), { outcome: 'retried', grant: after })
    assert.deepEqual(await store.rotate(refresh(grant, 0)), { outcome: 'reused', grant: after })
  },

  'takes the generation before for a retry within the window, and leaves the grant as it is': async (store) => {
    const grant = await keptGrant(store)
    const after = rotated(await store.rotate(refresh(grant, 0)), grant, 1)
    for (let retry = 0; retry < 3; retry++) {
      assert.deepEqual(await store.rotate(refresh(grant, 0)), { outcome: 'retried', grant: after })
      assert.deepEqual(await store.find(grant.id), after)
    }
  },

  'takes it for a retry for as long as the window lasts by the clock of the store, and for a replay then': async (
    store,
  ) => {
    const early = await rotatedLongAgo(store, RETRY_WINDOW - CLOCK_DIFFERENCE)
    assert.deepEqual(await store.rotate(refresh(early, 0)), { outcome: 'retried', grant: early })
    const late = await rotatedLongAgo(store, RETRY_WINDOW + CLOCK_DIFFERENCE)
    assert.deepEqual(await store.rotate(refresh(late, 0)), { outcome: 'reused', grant: late })
    assert.equal(await store.find(late.id), undefined)
  },

  'takes every reuse for a replay if the retry window is 0, however short ago or ahead of its clock the rotation was':
    async (store) => {
      const grant = await keptGrant(store)
      const after = rotated(await store.rotate(refresh(grant, 0, { retryWindow: 0 })), grant, 1)
      assert.deepEqual(await store.rotate(refresh(grant, 0, { retryWindow: 0 })), { outcome: 'reused', grant: after })
      assert.equal(await store.find(grant.id), undefined)
      const ahead = await rotatedLongAgo(store, -CLOCK_DIFFERENCE)
      assert.deepEqual(await store.rotate(refresh(ahead, 0, { retryWindow: 0 })), { outcome: 'reused', grant: ahead })
      assert.equal(await store.find(ahead.id), undefined)
    },

  'begins the window anew with each rotation': async (store) => {
    const grant = await rotatedLongAgo(store, DAY)
    const after = rotated(await store.rotate(refresh(grant, 1)), grant, 2)
    assert.deepEqual(await store.rotate(refresh(grant, 1)), { outcome: 'retried', grant: after })
  },

  'rotates the successor after a retry': async (store) => {
    const grant = await keptGrant(store)
    await store.rotate(refresh(grant, 0))
    await store.rotate(refresh(grant, 0))
    rotated(await store.rotate(refresh(grant, 1)), grant, 2)
  },

  'revokes the grant when a generation older than the one before is presented, in the window too': async (store) => {
    const grant = await keptGrant(store)
    const sibling = await keptGrant(store, { subject: grant.subject })
    await store.rotate(refresh(grant, 0))
    const asItWas = rotated(await store.rotate(refresh(grant, 1)), grant, 2)
    assert.deepEqual(await store.rotate(refresh(grant, 0)), { outcome: 'reused', grant: asItWas })
    for (const generation of [0, 1, 2, 3]) {
      assert.deepEqual(await store.rotate(refresh(grant, generation)), { outcome: 'absent' })
    }
    assert.equal(await store.find(grant.id), undefined)
    assert.equal(await store.revoke(grant.id), undefined)
    assert.deepEqual(await listed(store, grant.subject), [sibling])
    assert.equal(await store.revokeAll(grant.subject, { loginLifetime: LOGIN_LIFETIME }), 1)
  },

  'holds the grant of another client for absent, and leaves it alone': async (store) => {
    const grant = await keptGrant(store)
    await store.rotate(refresh(grant, 0))
    const after = rotated(await store.rotate(refresh(grant, 1)), grant, 2)
    for (const generation of [0, 1, 2, 3]) {
      assert.deepEqual(await store.rotate(refresh(grant, generation, { clientId: 'WEB' })), { outcome: 'absent' })
    }
    assert.deepEqual(await store.find(grant.id), after)
  },

  'holds a grant that has expired by the clock of the store for absent, whatever is presented': async (store) => {
    const grant = await keptGrant(store, { generation: 3, expiresAt: Date.now() - CLOCK_DIFFERENCE })
    for (const generation of [0, 2, 3, 4]) {
      assert.deepEqual(await store.rotate(refresh(grant, generation)), { outcome: 'absent' })
    }
    assert.equal(await store.revoke(grant.id), undefined)
  },

  'holds an id that was never given for absent': async (store) => {
    const grant = await keptGrant(store)
    for (const id of [newGrantId(grant.subject), '', 'no id at all']) {
      assert.deepEqual(await store.rotate(refresh(grant, 0, { id })), { outcome: 'absent' })
    }
  },
}
