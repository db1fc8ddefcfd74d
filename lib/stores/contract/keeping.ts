import assert from 'node:assert/strict'
import { newGrantId, subjectTag } from '../../grant.js'
import {
  CLOCK_DIFFERENCE,
  DAY,
  IDLE_LIFETIME,
  keep,
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

/** Two subjects whose tags are equal: one pair in the first 26 million of `user-1`, `user-2`, … */
const NAMESAKES = ['user-9688866', 'user-16259611'] as const

/** `create`, `find` and `list`. */
export const keeping: Readonly<Record<string, Check>> = {
  'finds a grant as it was created': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '2001:db8::1' })
    assert.deepEqual(await store.find(grant.id), grant)
  },

  'leaves user agent and address out where the grant has none': async (store) => {
    const grant = await keptGrant(store)
    const spelledOut = { ...sampleGrant(), userAgent: undefined, address: undefined }
    await keep(store, spelledOut)
    for (const { id } of [grant, spelledOut]) {
      const found = await store.find(id)
      assert(found)
      assert(!('userAgent' in found))
      assert(!('address' in found))
    }
  },

  'keeps texts in any script, and with any punctuation': async (store) => {
    const text = `Zoë 王小明 🦊🏳️‍🌈 اسم "quoted" 'single' \\ % $1 ? {} \n\t${'long '.repeat(400)}`
    const grant = await keptGrant(store, {
      subject: `${text}${newGrantId('')}`,
      clientId: text,
      scope: `${text} b`,
      userAgent: text,
      address: text,
    })
    assert.deepEqual(await store.find(grant.id), grant)
    assert.deepEqual(await listed(store, grant.subject), [grant])
    assert.equal(await store.revokeAll(grant.subject, { loginLifetime: LOGIN_LIFETIME }), 1)
  },

  'tells texts apart that differ in case, in a trailing space or in their normalisation only': async (store) => {
    const { subject } = await keptGrant(store, { subject: `Zoë-${newGrantId('')}` })
    for (const other of [subject.toUpperCase(), `${subject} `, subject.normalize('NFD')]) {
      assert.deepEqual(await listed(store, other), [])
    }
  },

  'keeps a generation that takes more than 32 bits': async (store) => {
    const grant = await keptGrant(store, { generation: 2 ** 52 })
    assert.deepEqual(await store.find(grant.id), grant)
  },

  'finds nothing under an id that was never given': async (store) => {
    const { subject } = await keptGrant(store)
    assert.equal(await store.find(newGrantId(subject)), undefined)
    assert.equal(await store.find(''), undefined)
    assert.equal(await store.find('no id at all'), undefined)
  },

  'finds and lists a grant until it expires by the clock of the store': async (store) => {
    const { subject } = sampleGrant()
    const living = await keptGrant(store, { subject, expiresAt: Date.now() + CLOCK_DIFFERENCE })
    const dead = await keptGrant(store, { subject, expiresAt: Date.now() - CLOCK_DIFFERENCE })
    assert.deepEqual(await store.find(living.id), living)
    assert.equal(await store.find(dead.id), undefined)
    assert.deepEqual(await listed(store, subject), [living])
  },

  'says what time it is by its clock': async (store) => {
    const before = await store.now('alice')
    assert(Number.isSafeInteger(before))
    assert(Math.abs(before - Date.now()) < CLOCK_DIFFERENCE)
    assert((await store.now('alice')) >= before)
  },

  'lists the grants of a subject and of nobody else, the newest first': async (store) => {
    const grants = []
    const { subject } = sampleGrant()
    const start = Date.now()
    for (const seconds of [3, 1, 4, 2]) {
      grants.push(await keptGrant(store, { subject, createdAt: start + seconds * SECOND }))
      await keptGrant(store)
    }
    const [third, first, fourth, second] = grants
    assert.deepEqual(await listed(store, subject), [fourth, third, second, first])
  },

  'lists no more than the limit, and those are the newest': async (store) => {
    const { subject, createdAt } = sampleGrant()
    const kept = times(30, (index) => sampleGrant({ subject, createdAt: createdAt - ((index * 7) % 30) * SECOND }))
    for (const grant of kept) await keep(store, grant)
    kept.sort((one, other) => other.createdAt - one.createdAt)
    for (const limit of [1, 29, 30, 31]) assert.deepEqual(await store.list(subject, limit), kept.slice(0, limit))
  },

  'lists a subject without grants as an empty array': async (store) => {
    assert.deepEqual(await listed(store, sampleGrant().subject), [])
  },

  'keeps two subjects apart whose tags are equal': async (store) => {
    const [one, other] = NAMESAKES
    assert.equal(subjectTag(one), subjectTag(other))
    for (const subject of NAMESAKES) await store.revokeAll(subject, { loginLifetime: 1 })
    await untilNextMoment()
    const grant = await keptGrant(store, { subject: one })
    const namesakes = await keptGrant(store, { subject: other })
    assert.deepEqual(await listed(store, one), [grant])
    assert.deepEqual(await listed(store, other), [namesakes])
    const capped = sampleGrant({ subject: one, createdAt: grant.createdAt + 1 })
    const result = await store.create({ grant: capped, age: 0, maxPerSubject: 1 })
    assert.deepEqual(result, { outcome: 'created', displaced: [grant] })
    assert.equal(await store.revokeAll(one, { loginLifetime: 1 }), 1)
    assert.deepEqual(await listed(store, one), [])
    assert.deepEqual(await listed(store, other), [namesakes])
    await keptGrant(store, { subject: other })
  },

  'keeps a grant while many of its subject come and expire': async (store) => {
    const { subject } = sampleGrant()
    const longest = await keptGrant(store, { subject, expiresAt: Date.now() + 30 * DAY })
    for (let day = 1; day <= 20; day++) {
      const createdAt = Date.now() - day * DAY
      await keptGrant(store, { subject, createdAt, expiresAt: createdAt + SECOND })
    }
    assert.deepEqual(await listed(store, subject), [longest])
    assert(longest.expiresAt > Date.now() + IDLE_LIFETIME)
  },

  'ends the oldest grants of a subject that has as many as it may': async (store) => {
    const { subject, createdAt } = sampleGrant()
    const stranger = await keptGrant(store)
    const grants = times(5, (index) => sampleGrant({ subject, createdAt: createdAt + index * SECOND }))
    const displaced = []
    for (const grant of grants) {
      const result = await store.create({ grant, age: 0, maxPerSubject: 3 })
      assert.equal(result.outcome, 'created')
      displaced.push(...result.displaced)
    }
    assert.deepEqual(displaced, grants.slice(0, 2))
    assert.deepEqual(await listed(store, subject), grants.slice(2).reverse())
    assert.deepEqual(await store.find(stranger.id), stranger)
    const [oldest] = grants
    assert(oldest)
    assert.equal(await store.find(oldest.id), undefined)
  },

  'does not count expired grants for those that a subject may have': async (store) => {
    const { subject, createdAt } = sampleGrant()
    for (const minutes of [1, 2, 3]) {
      await keptGrant(store, { subject, createdAt: createdAt - DAY, expiresAt: createdAt - minutes * MINUTE })
    }
    const living = await keptGrant(store, { subject, createdAt: createdAt - 2 * DAY })
    const grant = sampleGrant({ subject })
    assert.deepEqual(await store.create({ grant, age: 0, maxPerSubject: 2 }), { outcome: 'created', displaced: [] })
    assert.deepEqual(await listed(store, subject), [grant, living])
  },

  'comes down to the grants that a subject may have from any number': async (store) => {
    const { subject, createdAt } = sampleGrant()
    const many = times(25, (index) => sampleGrant({ subject, createdAt: createdAt - (index + 1) * SECOND }))
    for (const grant of many) await keep(store, grant)
    const grant = sampleGrant({ subject })
    const result = await store.create({ grant, age: 0, maxPerSubject: 10 })
    assert(result.outcome === 'created')
    assert.equal(result.displaced.length, 16)
    assert.deepEqual(await listed(store, subject), [grant, ...many.slice(0, 9)])
  },
}
