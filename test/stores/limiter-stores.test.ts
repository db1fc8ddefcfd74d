import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import type { Options, Store } from 'express-rate-limit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limiter } from '../../lib/limits/limiter.js'
import { LoginPlaces } from '../../lib/limits/login-places.js'
import { openCounter } from '../../lib/limits/open-counter.js'
import { isRefused, reserveTogether } from '../../lib/limits/reserve-together.js'
import { circuitBreaker } from '../../lib/limits/circuit-breaker.js'
import { RedisLimiterStore } from '../../lib/stores/redis-limiter-store.js'
import { SqlLimiterStore } from '../../lib/stores/sql-limiter-store.js'
import type { OAuthEvent } from '../../lib/index.js'
import { program } from '../program.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import type { Reply, Told } from './limiting-process.js'
import { limiterPlaces, openLimiterStores, type OpenedLimiterStores } from './opened-limiter-stores.js'
import { onEveryStore, type StoreUnderTest } from './on-every-store.js'

const PROCESSES = 4
const LIMIT = 30
/** By each process at once. Processes that write to one SQLite file wait for each other, asleep. */
const ATTEMPTS = { sqlite: 10, postgres: 100, mysql: 100, redis: 100 }

const { file: PROGRAM, nodeArguments } = program('test/stores/limiting-process.ts')
const processes = Array.from({ length: PROCESSES }, () => fork(PROGRAM, { execArgv: [...nodeArguments] }))

afterAll(() => {
  for (const child of processes) child.disconnect()
})

const everyPlace = ({ place: ofGrants }: StoreUnderTest) => {
  describe.each(limiterPlaces(ofGrants))('$library', ({ library, at: place }) => {
    /** Which other stores do not: they have no way to delete a count only if it is zero. */
    const deletesZero = library !== 'rate-limit-redis'
    let opened: OpenedLimiterStores | undefined
    beforeAll(async () => {
      opened = await openLimiterStores(place)
    })
    afterAll(async () => {
      await opened?.remove()
    })

    function made(prefix: string, windowMs = 60_000): Store {
      const store = stores().make(prefix)
      void store.init?.({ windowMs } as Options) // stores of the tests read nothing else
      return store
    }

    function stores(): OpenedLimiterStores {
      return opened ?? expect.fail('The stores are open within tests only.')
    }

    const counterOf = (prefix: string, windowMs = 60_000) => openCounter(stores().make(prefix), windowMs)

    test('counts, gives back, and forgets what is cleared', async () => {
      const store = made('one')
      const before = Date.now()
      expect(await store.increment('alice')).toMatchObject({ totalHits: 1 })
      const { totalHits, resetTime } = await store.increment('alice')
      expect(totalHits).toBe(2)
      expect(resetTime?.getTime()).toBeGreaterThan(before + 59_000)
      expect(resetTime?.getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
      await store.decrement('alice')
      expect(await store.get?.('alice')).toMatchObject({ totalHits: 1 })
      await store.resetKey('alice')
      expect(await store.increment('alice')).toMatchObject({ totalHits: 1 })
    })

    test('keeps keys and prefixes apart', async () => {
      const [one, other] = [made('apart'), made('apart-too')]
      await one.increment('alice')
      expect(await one.increment('bob')).toMatchObject({ totalHits: 1 })
      expect(await other.increment('alice')).toMatchObject({ totalHits: 1 })
    })

    test('begins anew when the window is over', async () => {
      const store = made('short', 200)
      await store.increment('alice')
      await store.increment('alice')
      await sleep(250)
      expect(await store.increment('alice')).toMatchObject({ totalHits: 1 })
    })

    test('removes a key when its last hit is taken back', async ({ skip }) => {
      if (!deletesZero) return skip('The key expires with its window.')
      const counts = counterOf('zero')
      const hits = [await counts.add('alice'), await counts.add('alice'), await counts.add('alice')]
      expect(await stores().keys('zero')).toBe(1)
      for (const hit of hits) await hit.undo()
      expect(await stores().keys('zero')).toBe(0)
      for (const hit of hits) await hit.undo()
      expect(await stores().keys('zero')).toBe(0)
      expect((await counts.add('alice')).hits).toBe(1)
    })

    test('takes no hit back that was counted after the key was cleared', async () => {
      const counts = counterOf('cleared')
      const old = [await counts.add('alice'), await counts.add('alice'), await counts.add('alice')]
      await old[0]?.clear()
      for (const hit of old) await hit.undo()
      expect(await stores().keys('cleared')).toBe(0)
      await sleep(600) // stores of others tell windows apart by when they end, with some tolerance
      await counts.add('alice')
      for (const hit of old) await hit.undo()
      expect((await counts.add('alice')).hits).toBe(2)
    })

    test('takes no hit back that was counted in a later window, and revives no key', async () => {
      const counts = counterOf('expired', 700)
      const old = [await counts.add('alice'), await counts.add('alice')]
      await sleep(750)
      expect((await counts.add('bob')).hits).toBe(1)
      for (const hit of old) await hit.undo()
      expect((await counts.count('alice')).hits).toBe(0)
      await counts.add('alice')
      for (const hit of old) await hit.undo()
      expect((await counts.add('alice')).hits).toBe(2)
    })

    test('counts at least one after hits were taken back that were not counted', async () => {
      const store = made('below')
      await store.increment('alice')
      for (let time = 0; time < 7; time++) await store.decrement('alice')
      const counts = openCounter(store, 60_000)
      expect((await counts.add('alice')).hits).toBe(1)
      expect((await counts.add('alice')).hits).toBe(2)
    })

    test('holds no more keys after logins that were refused at one limit', async () => {
      const one = (name: string, limit: number) =>
        limiter({
          limit,
          window: 600,
          shared: {
            store: stores().make(`refused-${name}`),
            guard: circuitBreaker(20_000),
            onFailure: (error) => expect.fail(String(error)),
          },
        })
      const limits = {
        address: one('address', 3),
        userAndAddress: one('userAndAddress', 100),
        user: one('user', 100),
        knownAddress: undefined,
      }
      const attempt = async (name: string) => {
        const keys = { secret: 's', address: '192.0.2.1', user: name, exactName: `${name} as spelled` }
        const places = new LoginPlaces(limits, keys)
        return reserveTogether(() => places.look())
      }
      for (let time = 0; time < 3; time++) expect(isRefused(await attempt('alice'))).toBe(false)
      const before = await stores().keys('refused')
      expect(before).toBe(3)
      const outcomes = await Promise.all(Array.from({ length: 300 }, (_, index) => attempt(`user-${index}`)))
      expect(outcomes.every(isRefused)).toBe(true)
      expect(await stores().keys('refused')).toBe(before)
    })

    test(`grants exactly its limit to ${PROCESSES} processes at once, again once all is given back, and then holds no key`, async ({
      skip,
    }) => {
      if (place.kind === 'memory') return skip('Each process has a memory of its own.')
      await Promise.all(processes.map((child) => answer(child, { place, limit: LIMIT })))
      for (let round = 0; round < 2; round++) {
        const granted = processes.map((child) => answer(child, { key: 'alice', times: ATTEMPTS[place.kind] }))
        const sum = (await Promise.all(granted)).reduce<number>((total, one) => total + Number(one), 0)
        expect(sum).toBe(LIMIT)
        await Promise.all(processes.map((child) => answer(child, { giveBack: true })))
        if (deletesZero) expect(await stores().keys('user')).toBe(0)
      }
    })

    test('holds the limits of a token server, knows addresses, and counts nothing against who logs in', async () => {
      const events: OAuthEvent[] = []
      const { url } = await startTokenServer({
        clients: [{ ...webBackend, endUserAddress: true }],
        limits: { store: (name) => made(`server-${name}`), user: { limit: 5 }, userAndAddress: { limit: 3 } },
        storeTimeout: '20s',
        onEvent: (event) => events.push(event),
      })
      const ask = async (password: string, address: string) =>
        (
          await requestToken(
            url,
            { grant_type: 'password', username: alice.username, password },
            { ...basic(webBackend), 'end-user-address': address },
          )
        ).status
      const home = '198.51.100.7'
      for (let time = 0; time < 7; time++) expect(await ask(alice.password, home)).toBe(200)
      for (const address of ['192.0.2.1', '192.0.2.2']) {
        expect([await ask('wrong', address), await ask('wrong', address)]).toEqual([400, 400])
      }
      expect([await ask('wrong', '192.0.2.1'), await ask('wrong', '192.0.2.1')]).toEqual([400, 429])
      expect(await ask(alice.password, '192.0.2.9')).toBe(429)
      expect(await ask(alice.password, home)).toBe(200)
      expect(events.filter(({ type }) => type === 'store_failed')).toEqual([])
    })

    test('refuses exactly the failed client authentications beyond the limit of two servers, and no correct one', async ({
      skip,
    }) => {
      if (place.kind === 'memory') return skip('Each server has a memory of its own.')
      const options = {
        limits: { store: (name: string) => made(`clients-${name}`) },
        storeTimeout: '20s' as const,
        // A user for each login: a hundred logins of one user at once wait for each other, longer than they may on a slow machine.
        authenticateUser: (username: string) => ({ id: username }),
      }
      const servers = await Promise.all([startTokenServer(options), startTokenServer(options)])
      const ask = async (index: number) => {
        const client = index % 4 < 2 ? webBackend : { ...webBackend, secret: 'wrong' }
        const form = { grant_type: 'password', ...alice, username: `user-${index}` }
        const { status } = await requestToken(servers[index % 2]?.url ?? '', form, basic(client))
        return `${client === webBackend ? 'correct' : 'wrong'} ${status}`
      }
      const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index)))
      const times = (outcome: string) => answers.filter((answer) => answer === outcome).length
      expect([times('correct 200'), times('wrong 401'), times('wrong 429')]).toEqual([100, 60, 40])
    })
  })
}

await onEveryStore(everyPlace, () => true, { isContract: true })

describe('SqlLimiterStore', () => {
  test('takes away what is over, and nothing else', async () => {
    const database = new DatabaseSync(':memory:')
    const [short, long] = [1, 60_000].map((windowMs) => {
      const store = new SqlLimiterStore({ database, prefix: String(windowMs) })
      store.init({ windowMs })
      return store
    })
    await short?.migrate()
    for (const key of ['a', 'b', 'c']) await short?.increment(key)
    await long?.increment('a')
    await sleep(10)
    expect(await short?.get('a')).toBeUndefined()
    await short?.decrement('a')
    expect(await long?.prune()).toBe(3)
    expect(await long?.get('a')).toMatchObject({ totalHits: 1 })
    database.close()
  })

  test('never counts less than nothing', async () => {
    const database = new DatabaseSync(':memory:')
    const store = new SqlLimiterStore({ database, prefix: 'user' })
    await store.migrate()
    await store.increment('a')
    for (let time = 0; time < 3; time++) await store.decrement('a')
    expect(await store.increment('a')).toMatchObject({ totalHits: 1 })
    database.close()
  })

  test.each([undefined, null, '', 7])(
    'refuses the prefix %j, without which limiters would count for each other',
    (prefix) => {
      const database = new DatabaseSync(':memory:')
      expect(() => new SqlLimiterStore({ database, prefix: prefix as never })).toThrow(
        /^prefix must be a non-empty string/,
      )
      database.close()
    },
  )

  test('refuses a table that is no identifier, and a database that is none', () => {
    const database = new DatabaseSync(':memory:')
    expect(() => new SqlLimiterStore({ database, prefix: 'a', table: 'a b' })).toThrow(/^table must be/)
    expect(() => new SqlLimiterStore({ database: {} as never, prefix: 'a' })).toThrow(/^database must be/)
    database.close()
  })
})

describe('RedisLimiterStore', () => {
  const sendCommand = () => Promise.resolve(undefined)

  test.each([undefined, null, '', 7])(
    'refuses the prefix %j, without which limiters would count for each other',
    (prefix) => {
      expect(() => new RedisLimiterStore({ sendCommand, prefix: prefix as never })).toThrow(
        /^prefix must be a non-empty string/,
      )
    },
  )

  test('refuses a sendCommand that is not a function, such as a client', () => {
    expect(() => new RedisLimiterStore({ sendCommand: {} as never, prefix: 'a' })).toThrow(
      /^sendCommand must be a function/,
    )
  })
})

async function answer(child: ChildProcess, told: Told): Promise<unknown> {
  const answered = once(child, 'message')
  child.send(told)
  const [reply] = (await answered) as [Reply]
  if ('failure' in reply) throw new Error(`The store of a process failed: ${reply.failure}`)
  return reply.answer
}
