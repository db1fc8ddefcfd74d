import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type * as StoreGuardModule from '../../lib/limits/circuit-breaker.js'
import type { OAuthEvent, OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { openLimiterStores, type OpenedLimiterStores } from './opened-limiter-stores.js'
import { freshName, type StorePlace } from './opened-store.js'
import { ownMariadb } from './own-mariadb.js'
import { ownPostgres } from './own-postgres.js'
import { ownRedis } from './own-redis.js'
import { processesOf, signalAll, type ServerProcess } from './server-process.js'

const HOME = '198.51.100.7'
const STRANGE = '192.0.2.1'
/** What a call of a store may take; a login makes several, and waits for one of them only. */
const TIMEOUT_MS = 1000

/** How long a store that was late is left alone: longer than a login takes, and shorter than the five seconds of the library. */
const REST_MS = 1500

vi.mock('../../lib/limits/store-guard.js', async (importOriginal) => {
  const { circuitBreaker } = await importOriginal<typeof StoreGuardModule>()
  return { circuitBreaker: (timeout: number) => circuitBreaker(timeout, REST_MS) }
})

interface OwnServer {
  readonly server: ServerProcess
  readonly url: string
  remove(): Promise<void>
}

const SERVERS: readonly {
  name: string
  own: () => Promise<OwnServer | undefined>
  place: (url: string) => StorePlace
}[] = [
  { name: 'PostgreSQL (pg)', own: ownPostgres, place: (url) => ({ kind: 'postgres', url, table: freshName() }) },
  { name: 'MariaDB (mysql2)', own: ownMariadb, place: (url) => ({ kind: 'mysql', url, table: freshName() }) },
  {
    name: 'Redis (redis)',
    own: () => ownRedis(),
    place: (url) => ({ kind: 'redis', driver: 'redis', url, prefix: 'a:' }),
  },
]

describe.each(SERVERS)('limits on a $name', ({ own, place }) => {
  let server: OwnServer | undefined
  let opened: OpenedLimiterStores | undefined

  beforeAll(async () => {
    server = await own()
    if (server !== undefined) opened = await openLimiterStores(place(server.url))
  })
  afterAll(async () => {
    await opened?.close()
    await server?.remove()
  })

  async function startLimited(authenticateUser?: OAuthPasswordGrantOptions['authenticateUser']) {
    const name = freshName()
    const events: OAuthEvent[] = []
    const { url } = await startTokenServer({
      clients: [{ ...webBackend, endUserAddress: true }],
      storeTimeout: TIMEOUT_MS / 1000,
      limits: {
        store: (limiter) => opened?.make(`${name}${limiter}`) ?? expect.fail('The stores are open within tests only.'),
        userAndAddress: { limit: 3 },
        user: { limit: 5 },
      },
      onEvent: (event) => events.push(event),
      onError: () => undefined,
      ...(authenticateUser === undefined ? {} : { authenticateUser }),
    })
    const ask = async (password: string, address: string): Promise<number> => {
      const form = { grant_type: 'password', username: alice.username, password }
      const { status } = await requestToken(url, form, { ...basic(webBackend), 'end-user-address': address })
      return status
    }
    const failures = () => events.filter(({ type }) => type === 'store_failed')
    return { ask, failures }
  }

  const signal = (to: OwnServer, name: NodeJS.Signals) => {
    signalAll(processesOf(to.server), name)
  }

  test('that hangs are held by this process, without a wait but the first, and nobody who logs in is counted', async ({
    skip,
  }) => {
    if (server === undefined) return skip('The server is not installed.')
    const { ask, failures } = await startLimited()
    expect(await ask(alice.password, HOME)).toBe(200)
    expect(failures()).toEqual([])

    signal(server, 'SIGSTOP')
    try {
      for (let time = 0; time < 5; time++) expect(await ask(alice.password, STRANGE)).toBe(200)
      for (let time = 0; time < 3; time++) expect(await ask('wrong', STRANGE)).toBe(400)
      expect(await ask(alice.password, STRANGE)).toBe(429)
      for (const address of ['192.0.2.2', '192.0.2.3']) expect(await ask('wrong', address)).toBe(400)
      expect(await ask('wrong', '192.0.2.4')).toBe(429)
      // Not known, because nobody answers: no limit is lifted by an outage.
      expect(await ask(alice.password, HOME)).toBe(429)
      expect(failures()).not.toEqual([])
      expect(failures().length).toBeLessThan(30)
    } finally {
      signal(server, 'SIGCONT')
    }
    await eventually(async () => (await ask(alice.password, HOME)) === 200)
  })

  test('that hangs while a password is tried are given back or cleared as soon as it answers again', async ({
    skip,
  }) => {
    if (server === undefined) return skip('The server is not installed.')
    const hanging = server
    let whileTried = () => undefined as void
    const { ask, failures } = await startLimited((name, password) => {
      whileTried()
      if (password === 'trouble') throw new Error('the database of users is down')
      return password === alice.password && { id: name }
    })
    for (const password of [alice.password, 'trouble']) {
      whileTried = () => {
        signal(hanging, 'SIGSTOP')
      }
      try {
        expect(await ask(password, HOME)).toBe(password === 'trouble' ? 500 : 200)
        expect(failures()).not.toEqual([])
      } finally {
        signal(hanging, 'SIGCONT')
      }
      whileTried = () => undefined
      await sleep(REST_MS + TIMEOUT_MS + 500)
      for (let time = 0; time < 2; time++) expect(await ask('wrong', HOME)).toBe(400)
      expect(await ask(alice.password, HOME)).toBe(200)
    }
  })

  test('that is gone and comes back goes on where it was, or anew, and is never in the way', async ({ skip }) => {
    if (server === undefined) return skip('The server is not installed.')
    const { ask, failures } = await startLimited()
    for (let time = 0; time < 3; time++) expect(await ask('wrong', STRANGE)).toBe(400)
    expect(await ask('wrong', STRANGE)).toBe(429)
    await server.server.stop('SIGKILL')
    expect(await ask(alice.password, HOME)).toBe(200)
    for (let time = 0; time < 3; time++) expect(await ask('wrong', STRANGE)).toBe(400)
    expect(await ask('wrong', STRANGE)).toBe(429)
    expect(failures()).not.toEqual([])
    await server.server.start()
    await eventually(async () => {
      const before = failures().length
      return (await ask(alice.password, HOME)) === 200 && failures().length === before
    })
  })
})

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const started = Date.now()
  while (!(await isSo())) {
    if (Date.now() - started > 20_000) expect.fail('It never came to be so.')
    await sleep(250)
  }
}
