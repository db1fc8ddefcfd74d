import { DatabaseSync } from '@photostructure/sqlite'
import type { Store } from 'express-rate-limit'
import { Redis } from 'ioredis'
import { Pool } from 'pg'
import { RedisStore, type RedisReply } from 'rate-limit-redis'
import { createClient } from 'redis'
import { SqlLimiterStore } from '../../lib/stores/sql-limiter-store.js'
import type { SqliteDriver } from '../../lib/stores/sqlite-database.js'
import { nodeSqlite, type StorePlace } from './opened-store.js'

/** Stores for limiters at the place of a grant store: beside the grants, and taken away by `remove`. */
export interface OpenedLimiterStores {
  /** The store of one limiter. */
  make(prefix: string): Store
  close(): Promise<void>
  /** Closes them, and takes away what they kept. */
  remove(): Promise<void>
}

const TABLE_END = '_limits'

export async function openLimiterStores(place: StorePlace): Promise<OpenedLimiterStores> {
  switch (place.kind) {
    case 'memory':
      throw new Error('Stores in memory are made by the limiters themselves.')
    case 'sqlite':
      return openSqlite(place)
    case 'postgres':
      return openPostgres(place)
    case 'redis':
      return place.driver === 'redis' ? openRedis(place) : openIoredis(place)
  }
}

async function openSqlite({ driver, file }: StorePlace & { kind: 'sqlite' }): Promise<OpenedLimiterStores> {
  const Database: (new (file: string) => SqliteDriver & { close(): void }) | undefined =
    driver === 'node:sqlite' ? nodeSqlite() : DatabaseSync
  if (Database === undefined) throw new Error(`Node ${process.version} has no node:sqlite.`)
  const database = new Database(file)
  database.exec('PRAGMA busy_timeout = 15000; PRAGMA journal_mode = wal; PRAGMA synchronous = normal')
  await new SqlLimiterStore({ database, prefix: 'any' }).migrate()
  const close = () => {
    database.close()
    return Promise.resolve()
  }
  return { make: (prefix) => new SqlLimiterStore({ database, prefix }), close, remove: close }
}

async function openPostgres({ url, table }: StorePlace & { kind: 'postgres' }): Promise<OpenedLimiterStores> {
  const database = new Pool({ connectionString: url })
  database.on('error', () => undefined) // an idle connection that the server ends; the next query opens another
  const ofLimits = `${table}${TABLE_END}`
  await new SqlLimiterStore({ database, prefix: 'any', table: ofLimits }).migrate()
  return {
    make: (prefix) => new SqlLimiterStore({ database, prefix, table: ofLimits }),
    close: () => database.end(),
    async remove() {
      await database.query(`DROP TABLE ${ofLimits}; DROP TABLE ${ofLimits}_migrations`)
      await database.end()
    },
  }
}

async function openRedis({ url, prefix }: StorePlace & { kind: 'redis' }): Promise<OpenedLimiterStores> {
  const client = createClient({ url })
  client.on('error', () => undefined) // said once for each lost connection; the commands fail on their own
  await client.connect()
  const close = () => {
    client.destroy()
    return Promise.resolve()
  }
  return {
    make: (name) => new RedisStore({ prefix: `${prefix}${name}:`, sendCommand: (...args) => client.sendCommand(args) }),
    close,
    remove: close, // whoever takes the place away takes all that has its prefix
  }
}

function openIoredis({ url, prefix }: StorePlace & { kind: 'redis' }): Promise<OpenedLimiterStores> {
  const client = new Redis(url)
  client.on('error', () => undefined)
  const close = () => {
    client.disconnect()
    return Promise.resolve()
  }
  return Promise.resolve({
    make: (name) =>
      new RedisStore({
        prefix: `${prefix}${name}:`,
        sendCommand: (command, ...args) => client.call(command, ...args) as Promise<RedisReply>, // the boundary
      }),
    close,
    remove: close,
  })
}
