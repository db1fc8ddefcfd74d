import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { alice } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import type { StorePlace } from '../stores/opened-store.js'
import { SeededRandom } from '../stores/seeded-random.js'
import { forkServer, grantsAt, type ForkedServer } from './forked-server.js'
import { credentials, logIn, tokensOf } from '../log-in.js'
import { refresh, refreshed } from './token-client.js'

const KILLS = 100
/** How long a statement with its fsync is about to take, at most. */
const STATEMENT_MS = 4
/** On a busy machine it takes longer than the default until another process serves and the client tries again. */
const RETRY_WINDOW = '2m'

/** What `token-server.mjs` does at a request that names it: it ends there. */
const STEPS = [
  'before the store call',
  'while the store call is under way',
  'once the store call has returned',
  'before the answer is written',
  'while the answer is half written',
  'once the answer is handed to the socket',
] as const

const STEPS_OF_ITS_OWN = {
  sqlite: 'in the midst of the statement',
  postgres: 'while the statement waits for a lock in the database',
  mysql: 'while the statement waits for a lock in the database',
} as const

type Step = (typeof STEPS)[number] | (typeof STEPS_OF_ITS_OWN)[keyof typeof STEPS_OF_ITS_OWN]

/** What had happened when the server was gone. */
interface Crash {
  /** The refresh token that the client received. */
  readonly received: string | undefined
  /** What else must be done so that the rows are as they will be. */
  readonly settle: () => Promise<void>
}

const random = new SeededRandom(1)

/** Kills the server at a step of the refresh of a token, from within, or from without where it cannot know. */
async function crashAt(
  step: Step,
  server: ForkedServer,
  url: string,
  token: string,
  place: StorePlace,
): Promise<Crash> {
  const lock = step === STEPS_OF_ITS_OWN.postgres ? await lockGrants(place) : undefined
  const killed = killFromWithout(step, server, lock)
  const answer = await refresh(url, token, {}, { ...credentials, 'x-last-step': step }).catch(() => undefined)
  await Promise.all([killed, server.gone])
  return {
    received: answer === undefined ? undefined : tokensOf(answer).refresh,
    settle: async () => lock?.release(),
  }
}

async function killFromWithout(step: Step, server: ForkedServer, lock: RowLock | undefined): Promise<void> {
  if (step === 'while the store call is under way') {
    await server.underWay()
    const pause = random.below(STATEMENT_MS + 1)
    if (pause > 0) await sleep(pause)
    server.kill()
  }
  if (lock !== undefined) {
    await lock.isWaitedFor()
    server.kill()
  }
}

interface RowLock {
  /** Resolves once a statement waits for it. */
  isWaitedFor(): Promise<void>
  release(): Promise<void>
}

/** Keeps every statement that would change a grant waiting: it goes on when the process that sent it is long gone. */
async function lockGrants(place: StorePlace): Promise<RowLock> {
  if (place.kind === 'mysql') return lockMysqlGrants(place)
  if (place.kind === 'postgres') return lockPostgresGrants(place)
  throw new Error(`There is no lock for ${place.kind}.`)
}

async function lockMysqlGrants({ url, table }: StorePlace & { kind: 'mysql' }): Promise<RowLock> {
  const [holder, watcher] = await Promise.all([createConnection(url), createConnection(url)])
  await holder.query('BEGIN')
  await holder.query(`SELECT id FROM ${table} FOR UPDATE`)
  return {
    async isWaitedFor() {
      for (;;) {
        const [waiting] = await watcher.query(
          `SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE 'UPDATE ${table} %'`,
        )
        if ((waiting as unknown[]).length !== 0) return
        await sleep(150) // InnoDB brings this table up to date once nobody has read it for 100 ms
      }
    },
    async release() {
      await holder.query('COMMIT')
      await Promise.all([holder.end(), watcher.end()])
    },
  }
}

async function lockPostgresGrants({ url, table }: StorePlace & { kind: 'postgres' }): Promise<RowLock> {
  const [holder, watcher] = [new Client(url), new Client(url)]
  await Promise.all([holder.connect(), watcher.connect()])
  await holder.query(`BEGIN; SELECT FROM ${table} FOR UPDATE`)
  return {
    async isWaitedFor() {
      for (;;) {
        const waiting = await watcher.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE ${table} %'`,
        )
        if (waiting.rowCount !== 0) return
        await sleep(1)
      }
    },
    async release() {
      await holder.query('COMMIT')
      await Promise.all([holder.end(), watcher.end()])
    },
  }
}

function isCrashProof(kind: StorePlace['kind']): kind is keyof typeof STEPS_OF_ITS_OWN {
  return kind in STEPS_OF_ITS_OWN
}

// All stores at once: a kill is mostly waiting, for a disk and for a process that starts.
describe.concurrent('the server', async () => {
  await onEveryStore(({ place }) => {
    test(
      `${KILLS} times killed in the midst of a refresh, the client goes on with what it has`,
      { timeout: 600_000 },
      async () => {
        if (!isCrashProof(place.kind)) throw new Error(`There is no test for ${place.kind}.`)
        const { kind } = place
        const steps: readonly [Step, ...Step[]] = [...STEPS, STEPS_OF_ITS_OWN[kind]]
        const seen = new Map(steps.map((step) => [step, { kills: 0, answered: 0 }]))
        let server = await forkServer(kind)
        let spare = forkServer(kind)
        let url = await server.serve(place, { retryWindow: RETRY_WINDOW })
        let token = (await logIn(url)).refresh
        let [grant] = await grantsAt(url, alice.username)

        for (let kill = 0; kill < KILLS; kill++) {
          const step = steps[kill % steps.length] ?? steps[0]
          const context = `kill ${kill + 1}, ${step}`
          const presented = token
          const { received, settle } = await crashAt(step, server, url, presented, place)
          server = await spare
          spare = forkServer(kind)
          url = await server.serve(place, { retryWindow: RETRY_WINDOW })

          let successor = received
          // Every other time, a client that was answered goes on at once; else, what it presented gets what it has.
          if (received === undefined || kill % 2 === 0) {
            const retries = [refreshed(url, presented), refreshed(url, presented), settle()] as const
            const [retried, again] = await Promise.all(retries)
            expect(again.refresh, context).toBe(retried.refresh)
            if (received !== undefined) expect(retried.refresh, context).toBe(received)
            successor = retried.refresh
          }
          const grants = await grantsAt(url, alice.username)
          const generation = (grant?.generation ?? NaN) + 1
          expect(grants, context).toEqual([
            expect.objectContaining({ id: grant?.id, createdAt: grant?.createdAt, generation }),
          ])

          token = (await refreshed(url, successor ?? '')).refresh
          ;[grant] = await grantsAt(url, alice.username)
          expect(grant?.generation, context).toBe(generation + 1)
          expect(
            server.events.filter(({ type }) => type !== 'token_issued'),
            context,
          ).toEqual([])
          const count = seen.get(step)
          if (count !== undefined) {
            count.kills++
            if (received !== undefined) count.answered++
          }
        }

        for (const one of [server, await spare]) {
          one.kill()
          await one.gone
        }
        console.info(
          `${kind}: ${KILLS} kills, no session lost\n` +
            Array.from(seen, ([step, { kills, answered }]) => `  ${kills} ${step}: ${answered} answered`).join('\n'),
        )
        for (const [step, { kills, answered }] of seen) {
          const mayAnswer =
            step === 'once the answer is handed to the socket' || step === 'while the store call is under way'
          expect(answered, step).toBeLessThanOrEqual(mayAnswer ? kills : 0)
        }
        expect(seen.get('once the answer is handed to the socket')?.answered).toBeGreaterThan(0)
      },
    )
  }, isCrashProof)
})
