import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { LimitsOptions } from '../../lib/index.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { limiterPlaces, openLimiterStores } from '../stores/opened-limiter-stores.js'
import { clients, victim } from './attack.js'
import { attackedServers } from './attacked-servers.js'
import { logIn, type Login } from './carry-out.js'

const PROCESSES = 4
/** By all processes together, in one moment. */
const AT_ONCE = 120
/** How long the check of a password takes. */
const VERIFY_MS = 30

/** Node, its TypeScript loader and the library, four times, on a machine that is busy. */
const START_MS = 120_000
const TEST_MS = 120_000

const servers = attackedServers(PROCESSES)
beforeAll(async () => {
  // Until all of them are up.
  await servers.reached()
}, START_MS)
afterAll(() => {
  servers.end()
})

/** Each limit with the guesses that come up against it alone, at names and addresses of their own. */
const EDGES = [
  {
    name: 'userAndAddress',
    limits: { userAndAddress: { limit: 7 } },
    guess: () => ({ username: 'alice', address: '192.0.2.1' }),
  },
  {
    name: 'user',
    limits: { user: { limit: 7 } },
    guess: (index: number) => ({ username: 'bob', address: `198.51.100.${index}` }),
  },
  {
    name: 'address',
    limits: { address: { limit: 7 } },
    guess: (index: number) => ({ username: `user-${index}`, address: '203.0.113.1' }),
  },
] as const

await onEveryStore(
  ({ place: ofGrants }) => {
    describe.each(limiterPlaces(ofGrants))('$library', ({ at: place }) => {
      async function start(limits: LimitsOptions) {
        const opened = await openLimiterStores(place)
        const agent = new Agent({ keepAlive: true })
        onTestFinished(async () => {
          agent.destroy()
          await opened.remove()
        })
        const ports = await servers.serve(PROCESSES, { place, limits, isCollated: false, verifyMs: VERIFY_MS })
        await servers.reached()
        return (index: number, login: Login) => logIn(agent, ports[index % PROCESSES] ?? 0, 'naming', login)
      }

      test.each(EDGES)(
        `of ${AT_ONCE} guesses at once over ${PROCESSES} processes, as many are tried as limits.$name has left`,
        async ({ limits, guess }) => {
          const ask = await start(limits)
          const guesses = (from: number, count: number) =>
            Array.from({ length: count }, (_, at) => ask(at, { ...guess(from + at), password: 'wrong' }))
          await Promise.all(guesses(0, 5))
          expect(await servers.reached()).toBe(5)
          const statuses = await Promise.all(guesses(5, AT_ONCE))
          expect(await servers.reached()).toBe(2)
          expect(statuses.filter((status) => status === 429)).toHaveLength(AT_ONCE - 2)
        },
        TEST_MS,
      )

      test.each([
        { what: 'at one name from one address', tried: 10, name: () => 'carol' },
        { what: 'at 200 names from one address', tried: 100, name: (index: number) => `user-${index}` },
      ])(
        `of 200 guesses at once $what over ${PROCESSES} processes exactly $tried are tried by default`,
        async ({ tried, name }) => {
          const ask = await start({})
          const login = (index: number) => ({ username: name(index), address: `192.0.2.${tried}`, password: 'wrong' })
          const statuses = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(index, login(index))))
          expect(await servers.reached()).toBe(tried)
          expect(statuses.filter((status) => status === 429)).toHaveLength(200 - tried)
        },
        TEST_MS,
      )

      test(
        `40 correct logins of one user at once over ${PROCESSES} processes all succeed, again and again`,
        async () => {
          const ask = await start({})
          for (const address of ['192.0.2.77', '192.0.2.77', '192.0.2.78']) {
            const logins = Array.from({ length: 40 }, (_, index) => ask(index, { ...victim, address }))
            expect(await Promise.all(logins)).toEqual(Array(40).fill(200))
          }
        },
        TEST_MS,
      )
    })
  },
  (kind) => kind === 'postgres' || kind === 'redis',
)

test(
  'Of guesses whose connections are aborted, 300 at once, exactly 10 are tried, and the next is refused.',
  async () => {
    const [port = 0] = await servers.serve(1, {
      place: { kind: 'memory' },
      limits: {},
      isCollated: false,
      verifyMs: VERIFY_MS,
    })
    await servers.reached()
    const { id, secret } = clients.naming
    const headers = {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'end-user-address': '192.0.2.1',
    }
    const body = new URLSearchParams({ grant_type: 'password', username: 'dave', password: 'wrong' }).toString()
    const abort = async () => {
      const asked = request({ host: '127.0.0.1', port, method: 'POST', path: '/token', headers, agent: false })
      asked.on('error', () => undefined)
      asked.end(body)
      await once(asked, 'finish')
      await sleep(5)
      asked.destroy()
    }
    const agent = new Agent()
    let reached = 0
    let next = 0
    // A guess whose client has gone before its turn comes is not tried, so one burst need not use up the limit.
    for (let burst = 0; burst < 10 && next !== 429; burst++) {
      await Promise.all(Array.from({ length: 300 }, abort))
      await sleep(1000) // until the server has read the last of them
      next = await logIn(agent, port, 'naming', { username: 'dave', password: 'wrong', address: '192.0.2.1' })
      reached += await servers.reached()
    }
    agent.destroy()
    expect({ next, reached }).toEqual({ next: 429, reached: 10 })
  },
  TEST_MS,
)
