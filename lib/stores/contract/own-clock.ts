import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { MaybePromise } from '../../grant-store.js'
import {
  assertAbout,
  HOUR,
  keptGrant,
  LOGIN_LIFETIME,
  MINUTE,
  refresh,
  rotatedLongAgo,
  sampleGrant,
  SECOND,
  untilNextMoment,
  type Check,
} from './sample-grant.js'

const SKEWS = [-MINUTE, MINUTE]
const WINDOW = 40 * SECOND
const realNow = Date.now

/** What holds for a store that several processes share, whatever their own clocks say. */
export const ownClock: Readonly<Record<string, Check>> = {
  'takes an honest retry for a retry whatever the clock of the process that asks': async (store) => {
    for (const skew of SKEWS) {
      const rotatedLately = await rotatedLongAgo(store, SECOND)
      const retry = refresh(rotatedLately, 0, { retryWindow: WINDOW })
      assert.equal((await within(skew, () => store.rotate(retry))).outcome, 'retried')
      const grant = await keptGrant(store)
      await within(skew, () => store.rotate(refresh(grant, 0)))
      assert.equal((await store.rotate(refresh(grant, 0, { retryWindow: WINDOW }))).outcome, 'retried')
    }
  },

  'takes a replay for a replay whatever the clock of the process that asks': async (store) => {
    for (const skew of SKEWS) {
      const grant = await rotatedLongAgo(store, MINUTE)
      const replay = refresh(grant, 0, { retryWindow: WINDOW })
      assert.equal((await within(skew, () => store.rotate(replay))).outcome, 'reused')
    }
  },

  'keeps the times of a rotation by its own clock': async (store) => {
    for (const skew of SKEWS) {
      const grant = await keptGrant(store)
      const result = await within(skew, () => store.rotate(refresh(grant, 0, { idleLifetime: HOUR })))
      assert(result.outcome === 'rotated')
      assertAbout(result.grant.rotatedAt, realNow())
      assertAbout(result.grant.expiresAt, realNow() + HOUR)
      assertAbout(await within(skew, () => store.now(grant.subject)), realNow())
    }
  },

  'finds and lists what has not expired whatever the clock of the process that asks, and nothing else': async (
    store,
  ) => {
    for (const skew of SKEWS) {
      const { subject } = sampleGrant()
      const living = await keptGrant(store, { subject, expiresAt: realNow() + WINDOW })
      const dead = await keptGrant(store, { subject, expiresAt: realNow() - WINDOW })
      assert.deepEqual(await within(skew, () => store.find(living.id)), living)
      assert.equal(await within(skew, () => store.find(dead.id)), undefined)
      assert.deepEqual(await within(skew, () => store.list(subject, 10)), [living])
      assert.equal((await within(skew, () => store.rotate(refresh(dead, 0)))).outcome, 'absent')
      assert.equal(await within(skew, () => store.revoke(dead.id)), undefined)
      await within(skew, () => store.prune())
      assert.deepEqual(await store.find(living.id), living)
    }
  },

  'tells earlier logins from later ones whatever the clocks of the processes': async (store) => {
    for (const skew of SKEWS) {
      const { subject } = await keptGrant(store)
      const beganAt = await within(skew, () => store.now(subject))
      await within(-skew, () => store.revokeAll(subject, { loginLifetime: LOGIN_LIFETIME }))
      await untilNextMoment()
      const create = (age: number) =>
        within(skew, () => store.create({ grant: sampleGrant({ subject }), age, maxPerSubject: undefined }))
      assert.equal((await create(SECOND)).outcome, 'refused')
      assert.equal((await create(0)).outcome, 'created')
      const spending = { id: randomUUID(), lifetime: MINUTE, login: { subject, beganAt } }
      assert.equal(await within(skew, () => store.spend(spending)), 'refused')
    }
  },
}

/** What an act of the store does in a process whose clock is ahead by `skew`. */
async function within<T>(skew: number, act: () => MaybePromise<T>): Promise<T> {
  Date.now = () => realNow() + skew
  try {
    return await act()
  } finally {
    Date.now = realNow
  }
}
