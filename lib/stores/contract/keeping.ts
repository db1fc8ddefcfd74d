import assert from 'node:assert/strict'
import { newGrantId, subjectTag } from '../../grant.js'
import { DAY, IDLE_LIFETIME, keptGrant, NOW, sampleGrant, SECOND, type Check } from './sample-grant.js'

/** Two subjects whose tags are equal: one pair in the first 26 million of `user-1`, `user-2`, … */
const NAMESAKES = ['user-9688866', 'user-16259611'] as const

/** `create`, `find` and `list`. */
export const keeping: Readonly<Record<string, Check>> = {
  'finds a grant as it was created': async (store) => {
    const grant = await keptGrant(store, { userAgent: 'curl/8.9.1', address: '2001:db8::1' })
    assert.deepEqual(await store.find(grant.id, NOW), grant)
  },

  'leaves user agent and address out where the grant has none': async (store) => {
    const grant = await keptGrant(store)
    const spelledOut = { ...sampleGrant(), userAgent: undefined, address: undefined }
    await store.create(spelledOut as never, NOW) // what a caller without exactOptionalPropertyTypes may give
    for (const { id } of [grant, spelledOut]) {
      const found = await store.find(id, NOW)
      assert(found)
      assert(!('userAgent' in found))
      assert(!('address' in found))
    }
  },

  'keeps texts in any script, and with any punctuation': async (store) => {
    const text = `Zoë 王小明 🦊🏳️‍🌈 اسم "quoted" 'single' \\ % $1 ? {} \n\t${'long '.repeat(400)}`
    const grant = await keptGrant(store, {
      subject: `${text}${NOW}`,
      clientId: text,
      scope: `${text} b`,
      userAgent: text,
      address: text,
    })
    assert.deepEqual(await store.find(grant.id, NOW), grant)
    assert.deepEqual(await store.list(grant.subject, NOW), [grant])
    assert.equal(await store.revokeAll(grant.subject, NOW), 1)
  },

  'tells texts apart that differ in case, in a trailing space or in their normalisation only': async (store) => {
    const { subject } = await keptGrant(store, { subject: `Zoë-${NOW}-${newGrantId('')}` })
    for (const other of [subject.toUpperCase(), `${subject} `, subject.normalize('NFD')]) {
      assert.deepEqual(await store.list(other, NOW), [])
    }
  },

  'keeps a generation that takes more than 32 bits': async (store) => {
    const grant = await keptGrant(store, { generation: 2 ** 52 })
    assert.deepEqual(await store.find(grant.id, NOW), grant)
  },

  'finds nothing under an id that was never given': async (store) => {
    const { subject } = await keptGrant(store)
    assert.equal(await store.find(newGrantId(subject), NOW), undefined)
    assert.equal(await store.find('', NOW), undefined)
    assert.equal(await store.find('no id at all', NOW), undefined)
  },

  'finds and lists a grant to the millisecond before it expires': async (store) => {
    const grant = await keptGrant(store)
    for (const now of [grant.createdAt, grant.expiresAt - 1]) {
      assert.deepEqual(await store.find(grant.id, now), grant)
      assert.deepEqual(await store.list(grant.subject, now), [grant])
    }
    assert.equal(await store.find(grant.id, grant.expiresAt), undefined)
    assert.deepEqual(await store.list(grant.subject, grant.expiresAt), [])
  },

  'lists the grants of a subject and of nobody else, the newest first': async (store) => {
    const grants = []
    const { subject } = sampleGrant()
    for (const seconds of [3, 1, 4, 2]) {
      grants.push(await keptGrant(store, { subject, createdAt: NOW + seconds * SECOND }))
      await keptGrant(store)
    }
    const [third, first, fourth, second] = grants
    assert.deepEqual(await store.list(subject, NOW + 5 * SECOND), [fourth, third, second, first])
  },

  'lists a subject without grants as an empty array': async (store) => {
    assert.deepEqual(await store.list(sampleGrant().subject, NOW), [])
  },

  'keeps two subjects apart whose tags are equal': async (store) => {
    const [one, other] = NAMESAKES
    assert.equal(subjectTag(one), subjectTag(other))
    await store.revokeAll(one, NOW)
    await store.revokeAll(other, NOW)
    const grant = await keptGrant(store, { subject: one })
    const namesakes = await keptGrant(store, { subject: other })
    assert.deepEqual(await store.list(one, NOW), [grant])
    assert.deepEqual(await store.list(other, NOW), [namesakes])
    assert.equal(await store.revokeAll(one, NOW), 1)
    assert.deepEqual(await store.list(one, NOW), [])
    assert.deepEqual(await store.list(other, NOW), [namesakes])
  },

  'keeps a grant while many of its subject come and expire': async (store) => {
    const { subject } = sampleGrant()
    const longest = await keptGrant(store, { subject, expiresAt: NOW + 30 * DAY })
    for (let day = 1; day <= 20; day++) {
      const createdAt = NOW + day * DAY
      await keptGrant(store, { subject, createdAt, expiresAt: createdAt + SECOND })
    }
    assert.deepEqual(await store.list(subject, NOW + 20 * DAY + SECOND), [longest])
    assert(longest.expiresAt > NOW + IDLE_LIFETIME)
  },
}
