import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newGrantId } from '../../lib/grant.js'
import { keptGrant, refresh, rotated, SECOND } from '../../lib/stores/contract/sample-grant.js'
import { RedisGrantStore } from '../../lib/stores/redis-grant-store.js'
import { ownRedis, type OwnRedis } from './own-redis.js'

describe('RedisGrantStore', () => {
  let server: OwnRedis | undefined
  let client: Redis

  beforeAll(async () => {
    server = await ownRedis()
    if (server !== undefined) client = new Redis(server.url)
  })

  afterAll(async () => {
    if (server === undefined) return
    client.disconnect()
    await server.remove()
  })

  test('refuses a sendCommand that is no function', () => {
    expect(() => new RedisGrantStore({ sendCommand: undefined as never })).toThrow(
      new TypeError('sendCommand must be a function, such as (...args) => client.sendCommand(args); it is missing.'),
    )
  })

  test('sends one command an act, and the script itself only to a server that does not know it', async ({ skip }) => {
    if (server === undefined) return skip('Redis is not installed.')
    const { store, sent } = recordingStore(client)
    await client.script('FLUSH')
    const grant = await keptGrant(store)
    expect(sent.splice(0)).toEqual(['EVALSHA', 'EVAL'])
    await keptGrant(store)
    await store.rotate(refresh(grant, 0))
    await client.script('FLUSH')
    rotated(await store.rotate(refresh(grant, 1)), grant, 2)
    await store.rotate(refresh(grant, 2))
    expect(sent).toEqual(['EVALSHA', 'EVALSHA', 'EVAL', 'EVALSHA', 'EVAL', 'EVALSHA'])
  })

  test('keeps all grants of a subject under one key, begun by the prefix', async ({ skip }) => {
    if (server === undefined) return skip('Redis is not installed.')
    await client.flushall()
    const { store } = recordingStore(client, 'app:')
    const { subject, id } = await keptGrant(store)
    await keptGrant(store, { subject })
    expect(await client.keys('*')).toEqual([`app:{${id.slice(-8)}}`])
  })

  test('lets the server drop a subject when the last of its grants expires', async ({ skip }) => {
    if (server === undefined) return skip('Redis is not installed.')
    const { store } = recordingStore(client)
    const first = await keptGrant(store, { expiresAt: Date.now() + 20 * SECOND })
    const key = `oauth:{${first.id.slice(-8)}}`
    expectAbout(await client.pttl(key), 20 * SECOND)
    await keptGrant(store, { subject: first.subject, expiresAt: Date.now() + 10 * SECOND })
    expectAbout(await client.pttl(key), 20 * SECOND)
    await store.rotate(refresh(first, 0, { idleLifetime: 50 * SECOND }))
    expectAbout(await client.pttl(key), 50 * SECOND)
  })

  test('does not pile up expired grants of a subject that keeps logging in', async ({ skip }) => {
    if (server === undefined) return skip('Redis is not installed.')
    const { store } = recordingStore(client)
    const { subject, id } = await keptGrant(store)
    for (let second = 1; second <= 1000; second++) {
      await keptGrant(store, { subject, expiresAt: Date.now() - second * SECOND })
    }
    expect(await client.hlen(`oauth:{${id.slice(-8)}}`)).toBeLessThan(40)
  })

  test('passes on what the server answers to a script that it cannot run', async ({ skip }) => {
    if (server === undefined) return skip('Redis is not installed.')
    const { store } = recordingStore(client)
    const id = newGrantId('alice')
    await client.set(`oauth:{${id.slice(-8)}}`, 'somebody else’s')
    await expect(store.find(id)).rejects.toThrow('WRONGTYPE')
  })
})

function recordingStore(client: Redis, prefix?: string) {
  const sent: string[] = []
  const store = new RedisGrantStore({
    sendCommand(command, ...args) {
      sent.push(command)
      return client.call(command, ...args)
    },
    ...(prefix !== undefined && { prefix }),
  })
  return { store, sent }
}

/** A machine may be busy for a second or two. */
function expectAbout(milliseconds: number, expected: number): void {
  expect(milliseconds).toBeLessThanOrEqual(expected)
  expect(milliseconds).toBeGreaterThan(expected - 5 * SECOND)
}
