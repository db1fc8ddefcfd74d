import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { OwnPostgres } from '../stores/own-postgres.js'
import type { OwnRedis } from '../stores/own-redis.js'
import { processesOf, type ServerProcess } from '../stores/server-process.js'
import { RETRY_WINDOW_MS } from './soaked-application.js'
import type { SoakedServer } from './soaked-server.js'

/** What is there to be disturbed. */
export interface Disturbed {
  /** Ends and starts again; the other process lives through all faults. */
  readonly server: SoakedServer
  readonly postgres: OwnPostgres
  readonly redis: OwnRedis
}

export interface Fault {
  readonly name: string
  /** Whether it disturbs a store, and so both processes. */
  readonly ofStore: boolean
  /** Resolves once all runs again. */
  strike(disturbed: Disturbed): Promise<void>
}

const HANG_MS = 3_000
const LONG_OUTAGE_MS = RETRY_WINDOW_MS + 4_000
const TERMINATIONS = 5

export const faults: readonly Fault[] = [
  {
    name: 'kill -9 of a process',
    ofStore: false,
    async strike({ server }) {
      await server.stop('SIGKILL')
      await server.start()
    },
  },
  {
    name: 'pg_terminate_backend on busy connections',
    ofStore: true,
    async strike({ postgres: { url } }) {
      for (let time = 0; time < TERMINATIONS; time += 1) {
        await terminateBackends(url)
        await sleep(200)
      }
    },
  },
  { name: 'Redis hangs (SIGSTOP)', ofStore: true, strike: ({ redis: { server } }) => hang(server) },
  {
    name: 'restart of a process (SIGTERM)',
    ofStore: false,
    async strike({ server }) {
      await server.stop('SIGTERM')
      await server.start()
    },
  },
  { name: 'PostgreSQL hangs (SIGSTOP)', ofStore: true, strike: ({ postgres: { server } }) => hang(server) },
  {
    name: 'Redis is killed and starts anew',
    ofStore: true,
    strike: ({ redis: { server } }) => restart(server, 'SIGKILL', 0),
  },
  { name: 'PostgreSQL restarts', ofStore: true, strike: ({ postgres: { server } }) => restart(server, 'SIGINT', 0) },
  {
    name: 'outage of both, longer than the retry window',
    ofStore: true,
    async strike({ postgres, redis }) {
      await Promise.all([
        restart(postgres.server, 'SIGQUIT', LONG_OUTAGE_MS),
        restart(redis.server, 'SIGKILL', LONG_OUTAGE_MS),
      ])
    },
  },
]

async function hang(server: ServerProcess): Promise<void> {
  const processes = processesOf(server)
  signalAll(processes, 'SIGSTOP')
  try {
    await sleep(HANG_MS)
  } finally {
    signalAll(processes, 'SIGCONT')
  }
}

/** A process of PostgreSQL for one connection may have ended meanwhile. */
function signalAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const id of processes) {
    try {
      process.kill(id, signal)
    } catch {
      // it has ended
    }
  }
}

async function restart(server: ServerProcess, signal: NodeJS.Signals, away: number): Promise<void> {
  await server.stop(signal)
  await sleep(away)
  await server.start()
}

async function terminateBackends(url: string): Promise<void> {
  const client = new Client(url)
  client.on('error', () => undefined)
  await client.connect()
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  )
  await client.end()
}
