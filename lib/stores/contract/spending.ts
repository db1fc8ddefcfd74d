import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { keptGrant, NOW, SECOND, type Check } from './sample-grant.js'

const AT_ONCE = 50
const UNTIL = NOW + 300 * SECOND

/** `spend`. */
export const spending: Readonly<Record<string, Check>> = {
  'lets an id be spent once, until it expires, and no other with it': async (store) => {
    const [id, other] = [randomUUID(), randomUUID()]
    assert.equal(await store.spend(id, UNTIL, NOW), true)
    assert.equal(await store.spend(id, UNTIL, NOW), false)
    assert.equal(await store.spend(id, UNTIL, UNTIL - 1), false)
    assert.equal(await store.spend(id, UNTIL + SECOND, NOW), false)
    assert.equal(await store.spend(other, UNTIL, NOW), true)
  },

  'tells ids apart by every character, and by their case': async (store) => {
    const id = `${randomUUID()}a`
    for (const one of [id, id.toUpperCase(), `${id}.1`, `${id}.2`, `${id} `, `${id}é`, `${id}\u00e9\u0301`]) {
      assert.equal(await store.spend(one, UNTIL, NOW), true)
      assert.equal(await store.spend(one, UNTIL, NOW), false)
    }
  },

  'lets one of 50 spend an id that all spend at once': async (store) => {
    const id = randomUUID()
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, async () => store.spend(id, UNTIL, NOW)))
    assert.equal(answers.filter((isFirst) => isFirst).length, 1)
  },

  'keeps spent ids apart from grants, and what is spent through a prune': async (store) => {
    const grant = await keptGrant(store)
    assert.equal(await store.spend(grant.id, UNTIL, NOW), true)
    assert.deepEqual(await store.find(grant.id, NOW), grant)
    const short = randomUUID()
    assert.equal(await store.spend(short, NOW + SECOND, NOW), true)
    assert((await store.prune(NOW + SECOND)) >= 0)
    assert.equal(await store.prune(NOW + SECOND), 0)
    assert.equal(await store.spend(grant.id, UNTIL, NOW + SECOND), false)
    assert.deepEqual(await store.revoke(grant.id, NOW), grant)
    assert.equal(await store.spend(grant.id, UNTIL, NOW + SECOND), false)
  },
}
