import assert from 'node:assert/strict'
import { newGrantId } from '../../grant.js'
import {
  DAY,
  IDLE_LIFETIME,
  keptGrant,
  NOW,
  refresh,
  RETRY_WINDOW,
  rotated,
  SECOND,
  type Check,
} from './sample-grant.js'

const THEN = NOW + SECOND

/** `rotate`. */
export const rotating: Readonly<Record<string, Check>> = {
  'rotates the newest generation': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '192.0.2.1' })
    const after = rotated(grant, 1, THEN)
    assert.deepEqual(await store.rotate(refresh(grant, 0, THEN)), { outcome: 'rotated', grant: after })
    assert.deepEqual(await store.find(grant.id, THEN), after)
    assert.deepEqual(await store.list(grant.subject, THEN), [after])
  },

  'rotates again and again': async (store) => {
    const grant = await keptGrant(store)
    for (let generation = 0; generation < 10; generation++) {
      const now = NOW + generation * DAY
      const after = rotated(grant, generation + 1, now)
      assert.deepEqual(await store.rotate(refresh(grant, generation, now)), { outcome: 'rotated', grant: after })
    }
    assert.equal((await store.list(grant.subject, NOW)).length, 1)
  },

  'lets a rotated grant live for another idle lifetime': async (store) => {
    const grant = await keptGrant(store)
    const now = grant.expiresAt - 1
    await store.rotate(refresh(grant, 0, now))
    assert.deepEqual(await store.find(grant.id, now + IDLE_LIFETIME - 1), rotated(grant, 1, now))
    assert.equal(await store.find(grant.id, now + IDLE_LIFETIME), undefined)
  },

  'never lets a grant live on past its end': async (store) => {
    const grant = await keptGrant(store, { endsAt: NOW + IDLE_LIFETIME + 1 })
    const result = await store.rotate(refresh(grant, 0, NOW + DAY))
    assert.deepEqual(result, {
      outcome: 'rotated',
      grant: { ...rotated(grant, 1, NOW + DAY), expiresAt: grant.endsAt },
    })
    assert.equal(await store.find(grant.id, grant.endsAt), undefined)
  },

  'heals when a generation ahead of its own is presented': async (store) => {
    const grant = await keptGrant(store)
    const after = rotated(grant, 2 ** 40 + 1, THEN)
    assert.deepEqual(await store.rotate(refresh(grant, 2 ** 40, THEN)), { outcome: 'rotated', grant: after })
    assert.deepEqual(await store.rotate(refresh(grant, 2 ** 40, THEN)), { outcome: 'retried', grant: after })
    assert.deepEqual(await store.rotate(refresh(grant, 0, THEN)), { outcome: 'reused', grant: after })
  },

  'takes the generation before for a retry to the last millisecond of the window': async (store) => {
    const grant = await keptGrant(store)
    const after = rotated(grant, 1, THEN)
    await store.rotate(refresh(grant, 0, THEN))
    for (const now of [THEN, THEN + 1, THEN + RETRY_WINDOW]) {
      assert.deepEqual(await store.rotate(refresh(grant, 0, now)), { outcome: 'retried', grant: after })
      assert.deepEqual(await store.find(grant.id, now), after)
    }
    const late = refresh(grant, 0, THEN + RETRY_WINDOW + 1)
    assert.deepEqual(await store.rotate(late), { outcome: 'reused', grant: after })
  },

  'takes it for a retry in the very millisecond where there is no window': async (store) => {
    const grant = await keptGrant(store)
    const members = { retryWindow: 0 }
    await store.rotate(refresh(grant, 0, THEN, members))
    assert.equal((await store.rotate(refresh(grant, 0, THEN, members))).outcome, 'retried')
    assert.equal((await store.rotate(refresh(grant, 0, THEN + 1, members))).outcome, 'reused')
  },

  'takes it for a retry where the clock of who asks is behind': async (store) => {
    const grant = await keptGrant(store)
    await store.rotate(refresh(grant, 0, THEN))
    assert.equal((await store.rotate(refresh(grant, 0, THEN - SECOND))).outcome, 'retried')
  },

  'rotates the successor after a retry': async (store) => {
    const grant = await keptGrant(store)
    await store.rotate(refresh(grant, 0, THEN))
    await store.rotate(refresh(grant, 0, THEN))
    const after = rotated(grant, 2, THEN)
    assert.deepEqual(await store.rotate(refresh(grant, 1, THEN)), { outcome: 'rotated', grant: after })
  },

  'revokes the grant when a generation older than the one before is presented, in the window too': async (store) => {
    const grant = await keptGrant(store)
    const sibling = await keptGrant(store, { subject: grant.subject })
    await store.rotate(refresh(grant, 0, THEN))
    await store.rotate(refresh(grant, 1, THEN))
    const asItWas = rotated(grant, 2, THEN)
    assert.deepEqual(await store.rotate(refresh(grant, 0, THEN)), { outcome: 'reused', grant: asItWas })
    for (const generation of [0, 1, 2, 3]) {
      assert.deepEqual(await store.rotate(refresh(grant, generation, THEN)), { outcome: 'absent' })
    }
    assert.equal(await store.find(grant.id, THEN), undefined)
    assert.equal(await store.find(grant.id, 0), undefined)
    assert.equal(await store.revoke(grant.id, THEN), undefined)
    assert.deepEqual(await store.list(grant.subject, THEN), [sibling])
    assert.equal(await store.revokeAll(grant.subject, THEN), 1)
  },

  'holds the grant of another client for absent, and leaves it alone': async (store) => {
    const grant = await keptGrant(store)
    await store.rotate(refresh(grant, 0, THEN))
    await store.rotate(refresh(grant, 1, THEN))
    for (const generation of [0, 1, 2, 3]) {
      const foreign = refresh(grant, generation, THEN, { clientId: 'WEB' })
      assert.deepEqual(await store.rotate(foreign), { outcome: 'absent' })
    }
    assert.deepEqual(await store.find(grant.id, THEN), rotated(grant, 2, THEN))
  },

  'holds an expired grant for absent, whatever is presented': async (store) => {
    const grant = await keptGrant(store, { generation: 3 })
    for (const generation of [0, 2, 3, 4]) {
      assert.deepEqual(await store.rotate(refresh(grant, generation, grant.expiresAt)), { outcome: 'absent' })
    }
    assert.equal(await store.revoke(grant.id, grant.expiresAt), undefined)
  },

  'holds an id that was never given for absent': async (store) => {
    const grant = await keptGrant(store)
    for (const id of [newGrantId(grant.subject), '', 'no id at all']) {
      assert.deepEqual(await store.rotate(refresh(grant, 0, THEN, { id })), { outcome: 'absent' })
    }
  },
}
