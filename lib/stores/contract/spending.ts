import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { keptGrant, MINUTE, times, type Check } from './sample-grant.js'

const AT_ONCE = 50

/** `spend`. */
export const spending: Readonly<Record<string, Check>> = {
  'lets an id be spent once, and no other with it': async (store) => {
    const [id, other] = [randomUUID(), randomUUID()]
    assert.equal(await store.spend({ id, lifetime: MINUTE }), 'first')
    assert.equal(await store.spend({ id, lifetime: MINUTE }), 'again')
    assert.equal(await store.spend({ id, lifetime: 2 * MINUTE }), 'again')
    assert.equal(await store.spend({ id: other, lifetime: MINUTE }), 'first')
  },

  'tells ids apart by every character, and by their case': async (store) => {
    const id = `${randomUUID()}a`
    for (const one of [id, id.toUpperCase(), `${id}.1`, `${id}.2`, `${id} `, `${id}é`, `${id}\u00e9\u0301`]) {
      assert.equal(await store.spend({ id: one, lifetime: MINUTE }), 'first')
      assert.equal(await store.spend({ id: one, lifetime: MINUTE }), 'again')
    }
  },

  'lets one of 50 spend an id that all spend at once': async (store) => {
    const id = randomUUID()
    const login = { subject: randomUUID(), beganAt: await store.now(id) }
    for (const spending of [
      { id, lifetime: MINUTE },
      { id: `${id}.login`, lifetime: MINUTE, login },
    ]) {
      const results = await Promise.all(times(AT_ONCE, async () => store.spend(spending)))
      assert.equal(results.filter((result) => result === 'first').length, 1)
      assert.equal(results.filter((result) => result === 'again').length, AT_ONCE - 1)
    }
  },

  'keeps spent ids apart from grants, and what is spent through a prune': async (store) => {
    const grant = await keptGrant(store)
    assert.equal(await store.spend({ id: grant.id, lifetime: MINUTE }), 'first')
    assert.deepEqual(await store.find(grant.id), grant)
    assert.equal(await store.spend({ id: randomUUID(), lifetime: 1 }), 'first')
    await sleep(20)
    assert((await store.prune()) >= 0)
    assert.equal(await store.prune(), 0)
    assert.equal(await store.spend({ id: grant.id, lifetime: MINUTE }), 'again')
    assert.deepEqual(await store.revoke(grant.id), grant)
    assert.equal(await store.spend({ id: grant.id, lifetime: MINUTE }), 'again')
  },
}
