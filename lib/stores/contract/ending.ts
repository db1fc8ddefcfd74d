import assert from 'node:assert/strict'
import { newGrantId } from '../../grant.js'
import {
  CLOCK_DIFFERENCE,
  keep,
  keptGrant,
  listed,
  LOGIN_LIFETIME,
  refresh,
  sampleGrant,
  times,
  type Check,
} from './sample-grant.js'

/** More than a store ends in one step. */
const VERY_MANY = 1200

/** `revoke`, `revokeAll` and `prune`. */
export const ending: Readonly<Record<string, Check>> = {
  'revokes one grant, once, and no other': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '192.0.2.1' })
    const sibling = await keptGrant(store, { subject: grant.subject })
    assert.deepEqual(await store.revoke(grant.id), grant)
    assert.equal(await store.revoke(grant.id), undefined)
    assert.equal(await store.find(grant.id), undefined)
    assert.deepEqual(await store.rotate(refresh(grant, 0)), { outcome: 'absent' })
    assert.deepEqual(await listed(store, grant.subject), [sibling])
  },

  'revokes nothing where there is nothing living': async (store) => {
    const grant = await keptGrant(store, { expiresAt: Date.now() - CLOCK_DIFFERENCE })
    assert.equal(await store.revoke(grant.id), undefined)
    assert.equal(await store.revoke(newGrantId(grant.subject)), undefined)
    assert.equal(await store.revoke(''), undefined)
    assert.equal(await store.revokeAll(sampleGrant().subject, { loginLifetime: LOGIN_LIFETIME }), 0)
  },

  'revokes all grants of a subject and of nobody else, and says how many were living': async (store) => {
    const { subject } = await keptGrant(store, { expiresAt: Date.now() - CLOCK_DIFFERENCE })
    const living = [await keptGrant(store, { subject }), await keptGrant(store, { subject, clientId: 'mobile' })]
    const stranger = await keptGrant(store)
    assert.equal(await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME }), 2)
    assert.equal(await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME }), 0)
    assert.deepEqual(await listed(store, subject), [])
    for (const { id } of living) assert.equal(await store.find(id), undefined)
    assert.deepEqual(await listed(store, stranger.subject), [stranger])
  },

  'revokes all grants of a subject but one': async (store) => {
    const kept = await keptGrant(store)
    const { subject, id: except } = kept
    await keptGrant(store, { subject })
    await keptGrant(store, { subject })
    assert.equal(await store.revokeAll(subject, { except, loginLifetime: LOGIN_LIFETIME }), 2)
    assert.equal(await store.revokeAll(subject, { except, loginLifetime: LOGIN_LIFETIME }), 0)
    assert.deepEqual(await listed(store, subject), [kept])
  },

  'revokes all grants of a subject where the one to keep is none of them': async (store) => {
    const { subject } = await keptGrant(store)
    const stranger = await keptGrant(store)
    assert.equal(await store.revokeAll(subject, { except: stranger.id, loginLifetime: LOGIN_LIFETIME }), 1)
    assert.deepEqual(await listed(store, subject), [])
    assert.deepEqual(await store.find(stranger.id), stranger)
  },

  'revokes very many grants of a subject, and all of them': async (store) => {
    const { subject } = sampleGrant()
    const grants = times(VERY_MANY, () => sampleGrant({ subject }))
    for (let i = 0; i < grants.length; i += 50) {
      await Promise.all(grants.slice(i, i + 50).map(async (grant) => keep(store, grant)))
    }
    const [first] = grants
    assert(first)
    const ended = await store.revokeAll(subject, { except: first.id, loginLifetime: LOGIN_LIFETIME })
    assert.equal(ended, VERY_MANY - 1)
    assert.deepEqual(await listed(store, subject), [first])
  },

  'prunes nothing that lives, and finds nothing to prune right after': async (store) => {
    const { id, subject } = await keptGrant(store, { expiresAt: Date.now() - CLOCK_DIFFERENCE })
    const living = await keptGrant(store, { subject, expiresAt: Date.now() + CLOCK_DIFFERENCE })
    assert((await store.prune()) >= 0)
    assert.equal(await store.prune(), 0)
    assert.deepEqual(await listed(store, subject), [living])
    assert.equal(await store.find(id), undefined)
  },

  'prunes in steps of any size': async (store) => {
    const { subject } = sampleGrant()
    const living = await keptGrant(store, { subject })
    for (let i = 0; i < 7; i++) await keptGrant(store, { expiresAt: Date.now() - CLOCK_DIFFERENCE })
    assert((await store.prune({ batchSize: 2 })) >= 0)
    assert.equal(await store.prune({ batchSize: 1 }), 0)
    assert.deepEqual(await listed(store, subject), [living])
  },
}
