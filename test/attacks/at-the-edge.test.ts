import { Agent } from 'node:http'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { onEveryStore } from '../stores/on-every-store.js'
import { openLimiterStores } from '../stores/opened-limiter-stores.js'
import { attackedServers } from './attacked-servers.js'
import { logIn } from './carry-out.js'

const PROCESSES = 4
/** By all processes together, in one moment. */
const AT_ONCE = 120

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
  ({ place }) => {
    test.each(EDGES)(
      `of ${AT_ONCE} guesses at once over ${PROCESSES} processes, as many are tried as limits.$name has left`,
      async ({ limits, guess }) => {
        const opened = await openLimiterStores(place)
        const agent = new Agent({ keepAlive: true })
        onTestFinished(async () => {
          agent.destroy()
          await opened.remove()
        })
        const ports = await servers.serve(PROCESSES, { place, limits, verifyMs: 30 })
        const guesses = (from: number, count: number) =>
          Array.from({ length: count }, async (_, at) =>
            logIn(agent, ports[at % PROCESSES] ?? 0, 'naming', { ...guess(from + at), password: 'wrong' }),
          )
        await servers.reached()
        await Promise.all(guesses(0, 5))
        expect(await servers.reached()).toBe(5)
        const statuses = await Promise.all(guesses(5, AT_ONCE))
        expect(await servers.reached()).toBe(2)
        expect(statuses.filter((status) => status === 429)).toHaveLength(AT_ONCE - 2)
      },
      TEST_MS,
    )
  },
  (kind) => kind === 'postgres' || kind === 'redis',
)
