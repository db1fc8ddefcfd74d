import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { GrantStore } from '../../grant-store.js'
import {
  keptGrant,
  listed,
  LOGIN_LIFETIME,
  MINUTE,
  sampleGrant,
  SECOND,
  times,
  untilNextMoment,
  type Check,
} from './sample-grant.js'

const ROUNDS = 200
/** Few, so that a pool of ten connections runs them all at once, and the revocation beside them. */
const MOST_AT_ONCE = 4

/** What `revokeAll` leaves behind for `create` and `spend`. */
export const refusingEarlierLogins: Readonly<Record<string, Check>> = {
  'refuses to create a grant for a login that began before all grants of its subject were revoked': async (store) => {
    const { subject } = await keptGrant(store)
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    for (const age of [SECOND, LOGIN_LIFETIME]) assert.equal(await outcomeOfLogin(store, subject, age), 'refused')
    assert.deepEqual(await listed(store, subject), [])
  },

  'creates a grant for a login that began afterwards, and for a login of somebody else': async (store) => {
    const { subject } = await keptGrant(store)
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    await untilNextMoment()
    assert.equal(await outcomeOfLogin(store, subject, 0), 'created')
    assert.equal(await outcomeOfLogin(store, `${subject}.`, MINUTE), 'created')
    assert.equal((await listed(store, subject)).length, 1)
  },

  'refuses earlier logins even if the subject had no grant, and if one was kept': async (store) => {
    const { subject: newcomer } = sampleGrant()
    await store.revokeAll(newcomer, { loginLifetime: LOGIN_LIFETIME })
    assert.equal(await outcomeOfLogin(store, newcomer, SECOND), 'refused')
    const kept = await keptGrant(store)
    await store.revokeAll(kept.subject, { except: kept.id, loginLifetime: LOGIN_LIFETIME })
    assert.equal(await outcomeOfLogin(store, kept.subject, SECOND), 'refused')
    assert.deepEqual(await listed(store, kept.subject), [kept])
  },

  'does not refuse earlier logins because one grant was revoked': async (store) => {
    const { id, subject } = await keptGrant(store)
    await store.revoke(id)
    assert.equal(await outcomeOfLogin(store, subject, MINUTE), 'created')
  },

  'still refuses earlier logins after a prune, as long as one may be under way': async (store) => {
    const { subject } = await keptGrant(store)
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    await store.prune()
    assert.equal(await outcomeOfLogin(store, subject, SECOND), 'refused')
  },

  'goes by the last time when all grants are revoked again': async (store) => {
    const { subject } = await keptGrant(store)
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    await untilNextMoment()
    const beganAt = await store.now(subject)
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    assert.equal(await store.spend({ id: randomUUID(), lifetime: MINUTE, login: { subject, beganAt } }), 'refused')
  },

  'refuses to spend the id of a login that began before, and spends that of one that began afterwards': async (
    store,
  ) => {
    const { subject } = await keptGrant(store)
    const earlier = { id: randomUUID(), lifetime: MINUTE, login: { subject, beganAt: await store.now(subject) } }
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    await untilNextMoment()
    assert.equal(await store.spend(earlier), 'refused')
    const later = { id: randomUUID(), lifetime: MINUTE, login: { subject, beganAt: await store.now(subject) } }
    assert.equal(await store.spend(later), 'first')
    assert.equal(await store.spend(later), 'again')
    const stranger = { ...earlier, login: { ...earlier.login, subject: `${subject}.` } }
    assert.equal(await store.spend(stranger), 'first')
  },

  'refuses to spend the id of such a login even if it was spent before': async (store) => {
    const { subject } = await keptGrant(store)
    const spending = { id: randomUUID(), lifetime: MINUTE, login: { subject, beganAt: await store.now(subject) } }
    assert.equal(await store.spend(spending), 'first')
    await store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME })
    assert.equal(await store.spend(spending), 'refused')
  },

  'leaves no grant of an earlier login living, however many are created while all grants are revoked': async (
    store,
  ) => {
    for (let round = 0; round < ROUNDS; round++) {
      const { subject } = await keptGrant(store)
      const login = async () => outcomeOfLogin(store, subject, MINUTE)
      const atOnce = 1 + (round % MOST_AT_ONCE)
      const before = times(atOnce, login)
      const revocation = Promise.resolve(store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME }))
      const outcomes = await Promise.all([...before, ...times(atOnce, login)])
      const created = outcomes.filter((outcome) => outcome === 'created').length
      const ended = await revocation
      assert.deepEqual(await listed(store, subject), [])
      assert.equal(ended, created + 1)
    }
  },
}

async function outcomeOfLogin(store: GrantStore, subject: string, age: number): Promise<string> {
  const grant = sampleGrant({ subject })
  return (await store.create({ grant, age, maxPerSubject: undefined })).outcome
}
