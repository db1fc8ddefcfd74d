import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { createClient } from 'redis'
import type { GrantStore } from '../../lib/grant-store.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'
import { RedisGrantStore, type SendRedisCommand } from '../../lib/stores/redis-grant-store.js'
import { SqlGrantStore } from '../../lib/stores/sql-grant-store.js'
import type { SqliteDriver } from '../../lib/stores/sqlite-database.js'
import { betterSqlite3 } from './better-sqlite3.js'
import { commandsByDate, mysqlByDate, postgresByDate, sqliteByDate } from './driver-by-date.js'

/** Where a store keeps its grants: what a second process needs to open the same one. */
export type StorePlace =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly driver: SqliteDriverName; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly table: string }
  | { readonly kind: 'mysql'; readonly url: string; readonly table: string }
  | { readonly kind: 'redis'; readonly driver: 'redis' | 'ioredis'; readonly url: string; readonly prefix: string }

export type SqliteDriverName = 'node:sqlite' | '@photostructure/sqlite' | 'better-sqlite3'

export interface OpenedStore {
  readonly store: GrantStore
  close(): Promise<void>
}

export type SqliteDatabaseClass = new (file: string) => SqliteDriver & {
  close(): void
  function(name: string, run: () => number): void
}

/** `DatabaseSync` of Node itself, where it has one (from 22.5). */
export function nodeSqlite(): SqliteDatabaseClass | undefined {
  const builtin = process.getBuiltinModule('node:sqlite') as { DatabaseSync: SqliteDatabaseClass } | undefined
  return builtin?.DatabaseSync
}

/** The class of databases of a driver. */
export function sqliteClass(driver: SqliteDriverName): SqliteDatabaseClass {
  switch (driver) {
    case '@photostructure/sqlite':
      return DatabaseSync
    case 'better-sqlite3':
      return betterSqlite3()
    case 'node:sqlite': {
      const Database = nodeSqlite()
      if (Database === undefined) throw new Error(`Node ${process.version} has no node:sqlite.`)
      return Database
    }
  }
}

/** A name that no other run of the tests uses. */
export function freshName(): string {
  return `test_${randomBytes(6).toString('hex')}`
}

export function freshDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'grants-'))
}

/**
 * Opens a store; the second process may do so while the first has it open.
 * @param byDate Whether the store's server goes by `Date` of this process, for tests that set it.
 */
export async function openStore(place: StorePlace, byDate = false): Promise<OpenedStore> {
  switch (place.kind) {
    case 'memory':
      return { store: new MemoryGrantStore(), close: () => Promise.resolve() }
    case 'sqlite':
      return openSqlite(place, byDate)
    case 'postgres':
      return openPostgres(place, byDate)
    case 'mysql':
      return openMysql(place, byDate)
    case 'redis':
      return place.driver === 'redis' ? openRedis(place, byDate) : openIoredis(place, byDate)
  }
}

async function openSqlite({ driver, file }: StorePlace & { kind: 'sqlite' }, byDate: boolean): Promise<OpenedStore> {
  const Database = sqliteClass(driver)
  mkdirSync(dirname(file), { recursive: true })
  const database = new Database(file)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = wal; PRAGMA synchronous = full')
  const store = new SqlGrantStore({ database: byDate ? sqliteByDate(database) : database })
  await store.migrate()
  return {
    store,
    close() {
      database.close()
      return Promise.resolve()
    },
  }
}

async function openPostgres({ url, table }: StorePlace & { kind: 'postgres' }, byDate: boolean): Promise<OpenedStore> {
  const database = new Pool({ connectionString: url })
  database.on('error', () => undefined) // an idle connection that the server ends; the next query opens another
  const store = new SqlGrantStore({ database: byDate ? postgresByDate(database) : database, table })
  await store.migrate()
  return { store, close: () => database.end() }
}

async function openMysql({ url, table }: StorePlace & { kind: 'mysql' }, byDate: boolean): Promise<OpenedStore> {
  const database = createPool(url)
  const store = new SqlGrantStore({ database: byDate ? mysqlByDate(database) : database, table })
  await store.migrate()
  return { store, close: () => database.end() }
}

async function openRedis({ url, prefix }: StorePlace & { kind: 'redis' }, byDate: boolean): Promise<OpenedStore> {
  const client = createClient({ url })
  client.on('error', () => undefined) // said once for each lost connection; the commands fail on their own
  await client.connect()
  const send: SendRedisCommand = (...args) => client.sendCommand(args)
  return {
    store: new RedisGrantStore({ sendCommand: byDate ? commandsByDate(send) : send, prefix }),
    close() {
      client.destroy()
      return Promise.resolve()
    },
  }
}

function openIoredis({ url, prefix }: StorePlace & { kind: 'redis' }, byDate: boolean): Promise<OpenedStore> {
  const client = new Redis(url)
  client.on('error', () => undefined)
  const send: SendRedisCommand = (command, ...args) => client.call(command, ...args)
  return Promise.resolve({
    store: new RedisGrantStore({ sendCommand: byDate ? commandsByDate(send) : send, prefix }),
    close() {
      client.disconnect()
      return Promise.resolve()
    },
  })
}

/** Takes away what was kept at a place. */
export async function removePlace(place: StorePlace): Promise<void> {
  if (place.kind === 'sqlite') rmSync(dirname(place.file), { recursive: true })
  if (place.kind === 'postgres') {
    const pool = new Pool({ connectionString: place.url })
    const tables = ['', '_spent', '_revoked', '_migrations'].map((suffix) => place.table + suffix)
    await pool.query(`DROP TABLE ${tables.join(', ')} CASCADE`)
    await pool.end()
  }
  if (place.kind === 'mysql') {
    const pool = createPool(place.url)
    await pool.query(`DROP TABLE ${['', '_spent', '_revoked'].map((suffix) => place.table + suffix).join(', ')}`)
    await pool.end()
  }
  if (place.kind === 'redis') {
    const client = new Redis(place.url)
    const keys = await client.keys(`${place.prefix}*`)
    if (keys.length > 0) await client.unlink(...keys)
    client.disconnect()
  }
}
