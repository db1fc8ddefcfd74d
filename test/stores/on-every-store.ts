import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { GrantStore } from '../../lib/grant-store.js'
import { MARIADB_URL, POSTGRES_URL, REDIS_URL } from '../servers.js'
import { missingBetterSqlite3 } from './better-sqlite3.js'
import { freshName, nodeSqlite, openStore, removePlace, type OpenedStore, type StorePlace } from './opened-store.js'

export interface StoreUnderTest {
  readonly place: StorePlace
  /** Open from before the first test to after the last one. */
  readonly store: () => GrantStore
}

interface StoreKind {
  readonly kind: StorePlace['kind']
  readonly name: string
  readonly place: () => StorePlace
  /** Whether only the tests of the contract run on it, because another driver of the same database runs the rest. */
  readonly isForContract?: boolean
  /** Why there is none here. */
  readonly missing: () => Promise<string | undefined>
}

const KINDS: readonly StoreKind[] = [
  { kind: 'memory', name: 'memory', place: () => ({ kind: 'memory' }), missing: () => Promise.resolve(undefined) },
  {
    kind: 'sqlite',
    name: 'SQLite (@photostructure/sqlite)',
    place: () => ({ kind: 'sqlite', driver: '@photostructure/sqlite', file: freshFile() }),
    missing: () => Promise.resolve(undefined),
  },
  {
    kind: 'sqlite',
    name: 'SQLite (node:sqlite)',
    place: () => ({ kind: 'sqlite', driver: 'node:sqlite', file: freshFile() }),
    missing: () => Promise.resolve(nodeSqlite() ? undefined : `Node ${process.version} has no node:sqlite`),
  },
  {
    kind: 'sqlite',
    name: 'SQLite (better-sqlite3)',
    place: () => ({ kind: 'sqlite', driver: 'better-sqlite3', file: freshFile() }),
    isForContract: true,
    missing: () => Promise.resolve(missingBetterSqlite3()),
  },
  {
    kind: 'postgres',
    name: 'PostgreSQL (pg)',
    place: () => ({ kind: 'postgres', url: POSTGRES_URL, table: freshName() }),
    missing: () => missingServer('PostgreSQL', POSTGRES_URL),
  },
  {
    kind: 'mysql',
    name: 'MariaDB (mysql2)',
    place: () => ({ kind: 'mysql', url: MARIADB_URL, table: freshName() }),
    missing: () => missingServer('MariaDB', MARIADB_URL),
  },
  {
    kind: 'redis',
    name: 'Redis (redis)',
    place: () => ({ kind: 'redis', driver: 'redis', url: REDIS_URL, prefix: `${freshName()}:` }),
    missing: () => missingServer('Redis', REDIS_URL),
  },
  {
    kind: 'redis',
    name: 'Redis (ioredis)',
    place: () => ({ kind: 'redis', driver: 'ioredis', url: REDIS_URL, prefix: `${freshName()}:` }),
    missing: () => missingServer('Redis', REDIS_URL),
  },
]

/** A file in a directory that is made when it is opened. */
function freshFile(): string {
  return join(tmpdir(), freshName(), 'grants.db')
}

/** @throws where a server that must be there in CI is not. */
export async function missingServer(name: string, url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      resolve(true)
      socket.destroy()
    })
    socket.on('error', () => {
      resolve(false)
    })
  })
  if (answers) return undefined
  if (process.env['CI']) throw new Error(`${name} must run at ${hostname}:${port} in CI.`)
  return `there is no ${name} at ${hostname}:${port}`
}

export interface OnEveryStoreOptions {
  /** Whether the store's server goes by `Date` of this process, for tests that set it. */
  readonly byDate?: boolean
  /** Whether the tests are those of the contract, which every driver must pass. */
  readonly isContract?: boolean
}

/** Describes each kind of store, on a place of its own that is taken away afterwards. */
export async function onEveryStore(
  body: (under: StoreUnderTest) => void,
  only: (kind: StorePlace['kind']) => boolean = () => true,
  { byDate = false, isContract = false }: OnEveryStoreOptions = {},
): Promise<void> {
  for (const { kind, name, place: newPlace, isForContract = false, missing } of KINDS) {
    if (!only(kind) || (isForContract && !isContract)) continue
    const reason = await missing()
    if (reason !== undefined) {
      // It says why; in CI a server that is missing fails instead (`missingServer`).
      test.skip(`${name}: ${reason}`)
      continue
    }
    const place = newPlace()
    describe(name, () => {
      let opened: OpenedStore | undefined
      beforeAll(async () => {
        opened = await openStore(place, byDate)
      })
      afterAll(async () => {
        await opened?.close()
        await removePlace(place)
      })
      body({
        place,
        store() {
          if (opened === undefined) throw new Error('The store is open within tests only.')
          return opened.store
        },
      })
    })
  }
}
