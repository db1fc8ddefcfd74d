import assert from 'node:assert/strict'
import { newGrantId } from '../../grant.js'
import { keptGrant, NOW, refresh, sampleGrant, SECOND, type Check } from './sample-grant.js'

/** `revoke`, `revokeAll` and `prune`. */
export const ending: Readonly<Record<string, Check>> = {
  'revokes one grant, once, and no other': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '192.0.2.1' })
    const sibling = await keptGrant(store, { subject: grant.subject })
    assert.deepEqual(await store.revoke(grant.id, NOW), grant)
    assert.equal(await store.revoke(grant.id, NOW), undefined)
    assert.equal(await store.find(grant.id, NOW), undefined)
    assert.deepEqual(await store.rotate(refresh(grant, 0, NOW)), { outcome: 'absent' })
    assert.deepEqual(await store.list(grant.subject, NOW), [sibling])
  },

  'revokes nothing where there is nothing living': async (store) => {
    const grant = await keptGrant(store)
    assert.equal(await store.revoke(grant.id, grant.expiresAt), undefined)
    assert.equal(await store.revoke(newGrantId(grant.subject), NOW), undefined)
    assert.equal(await store.revoke('', NOW), undefined)
    assert.equal(await store.revokeAll(sampleGrant().subject, NOW), 0)
  },

  'revokes all grants of a subject and of nobody else, and says how many were living': async (store) => {
    const { subject } = await keptGrant(store, { expiresAt: NOW + SECOND })
    const living = [await keptGrant(store, { subject }), await keptGrant(store, { subject, clientId: 'mobile' })]
    const stranger = await keptGrant(store)
    const now = NOW + SECOND
    assert.equal(await store.revokeAll(subject, now), 2)
    assert.equal(await store.revokeAll(subject, now), 0)
    assert.deepEqual(await store.list(subject, now), [])
    for (const { id } of living) assert.equal(await store.find(id, now), undefined)
    assert.deepEqual(await store.list(stranger.subject, now), [stranger])
  },

  'revokes all grants of a subject but one': async (store) => {
    const except = await keptGrant(store)
    const { subject } = except
    await keptGrant(store, { subject })
    await keptGrant(store, { subject })
    assert.equal(await store.revokeAll(subject, NOW, { except: except.id }), 2)
    assert.equal(await store.revokeAll(subject, NOW, { except: except.id }), 0)
    assert.deepEqual(await store.list(subject, NOW), [except])
  },

  'revokes all grants of a subject where the one to keep is none of them': async (store) => {
    const { subject } = await keptGrant(store)
    const stranger = await keptGrant(store)
    assert.equal(await store.revokeAll(subject, NOW, { except: stranger.id }), 1)
    assert.deepEqual(await store.list(subject, NOW), [])
    assert.deepEqual(await store.find(stranger.id, NOW), stranger)
  },

  'prunes nothing that lives, and finds nothing to prune right after': async (store) => {
    const { id, subject } = await keptGrant(store, { expiresAt: NOW + SECOND })
    const living = await keptGrant(store, { subject, expiresAt: NOW + SECOND + 1 })
    assert((await store.prune(NOW + SECOND)) >= 0)
    assert.equal(await store.prune(NOW + SECOND), 0)
    assert.deepEqual(await store.list(subject, NOW + SECOND), [living])
    assert.equal(await store.find(id, NOW + SECOND), undefined)
  },
}
