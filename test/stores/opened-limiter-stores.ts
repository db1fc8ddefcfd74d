import { MemoryStore, type Store } from 'express-rate-limit'
import { Redis } from 'ioredis'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { RedisStore, type RedisReply } from 'rate-limit-redis'
import { createClient } from 'redis'
import { RedisLimiterStore } from '../../lib/stores/redis-limiter-store.js'
import type { SendRedisCommand } from '../../lib/stores/redis-grant-store.js'
import { SqlLimiterStore } from '../../lib/stores/sql-limiter-store.js'
import { sqliteClass, type StorePlace } from './opened-store.js'

/** Where counts are kept. */
export type LimiterPlace = StorePlace & {
  /** Counts in Redis by that package, which is not ours, rather than by `RedisLimiterStore`. */
  readonly isRateLimitRedis?: boolean
}

/** Stores for limiters at the place of a grant store: beside the grants, and removed by `remove`. */
export interface OpenedLimiterStores {
  /** The store of one limiter. */
  make(prefix: string): Store
  /** How many keys the stores with prefixes that begin like this hold, expired ones included. */
  keys(prefix: string): Promise<number>
  close(): Promise<void>
  /** Closes them, and removes what they kept. */
  remove(): Promise<void>
}

const TABLE_END = '_limits'

/** The places of limiter stores that there are at a place. */
export function limiterPlaces(place: StorePlace): readonly { readonly library: string; readonly at: LimiterPlace }[] {
  switch (place.kind) {
    case 'memory':
      return [{ library: 'MemoryStore', at: place }]
    case 'redis':
      return [
        { library: 'RedisLimiterStore', at: place },
        { library: 'rate-limit-redis', at: { ...place, prefix: `${place.prefix}rlr:`, isRateLimitRedis: true } },
      ]
    default:
      return [{ library: 'SqlLimiterStore', at: place }]
  }
}

export async function openLimiterStores(place: LimiterPlace): Promise<OpenedLimiterStores> {
  switch (place.kind) {
    case 'memory':
      return openMemory()
    case 'sqlite':
      return openSqlite(place)
    case 'postgres':
      return openPostgres(place)
    case 'mysql':
      return openMysql(place)
    case 'redis':
      return place.driver === 'redis' ? openRedis(place) : openIoredis(place)
  }
}

function openMemory(): OpenedLimiterStores {
  const made: { readonly prefix: string; readonly store: MemoryStore }[] = []
  const close = () => {
    for (const { store } of made) store.shutdown()
    return Promise.resolve()
  }
  return {
    make(prefix) {
      const store = new MemoryStore()
      made.push({ prefix, store })
      return store
    },
    keys(start) {
      const sizes = made.flatMap(({ prefix, store: { current, previous } }) =>
        prefix.startsWith(start) ? [current.size + previous.size] : [],
      )
      return Promise.resolve(sizes.reduce((sum, size) => sum + size, 0))
    },
    close,
    remove: close,
  }
}

async function openSqlite({ driver, file }: StorePlace & { kind: 'sqlite' }): Promise<OpenedLimiterStores> {
  const Database = sqliteClass(driver)
  const database = new Database(file)
  database.exec('PRAGMA busy_timeout = 60000; PRAGMA journal_mode = wal; PRAGMA synchronous = normal')
  await new SqlLimiterStore({ database, prefix: 'any' }).migrate()
  const close = () => {
    database.close()
    return Promise.resolve()
  }
  return {
    make: (prefix) => new SqlLimiterStore({ database, prefix }),
    keys(prefix) {
      const all = database.prepare(`SELECT key FROM oauth_limits WHERE key LIKE '${prefix}%'`).all()
      return Promise.resolve(all.length)
    },
    close,
    remove: close,
  }
}

async function openPostgres({ url, table }: StorePlace & { kind: 'postgres' }): Promise<OpenedLimiterStores> {
  // Four processes of a test have a pool each, beside other tests: PostgreSQL takes 100 connections by default.
  const database = new Pool({ connectionString: url, max: 5 })
  database.on('error', () => undefined) // an idle connection that the server ends; the next query opens another
  const ofLimits = `${table}${TABLE_END}`
  await new SqlLimiterStore({ database, prefix: 'any', table: ofLimits }).migrate()
  return {
    make: (prefix) => new SqlLimiterStore({ database, prefix, table: ofLimits }),
    keys: async (prefix) =>
      (await database.query(`SELECT key FROM ${ofLimits} WHERE key LIKE '${prefix}%'`)).rows.length,
    close: () => database.end(),
    async remove() {
      await database.query(`DROP TABLE ${ofLimits}; DROP TABLE ${ofLimits}_migrations`)
      await database.end()
    },
  }
}

async function openMysql({ url, table }: StorePlace & { kind: 'mysql' }): Promise<OpenedLimiterStores> {
  const database = createPool({ uri: url, connectionLimit: 5 })
  const ofLimits = `${table}${TABLE_END}`
  await new SqlLimiterStore({ database, prefix: 'any', table: ofLimits }).migrate()
  return {
    make: (prefix) => new SqlLimiterStore({ database, prefix, table: ofLimits }),
    async keys(prefix) {
      const [rows] = await database.query(`SELECT limit_key FROM ${ofLimits} WHERE limit_key LIKE '${prefix}%'`)
      return (rows as unknown[]).length // the boundary
    },
    close: () => database.end(),
    async remove() {
      await database.query(`DROP TABLE ${ofLimits}`)
      await database.end()
    },
  }
}

async function openRedis(place: LimiterPlace & { kind: 'redis' }): Promise<OpenedLimiterStores> {
  const client = createClient({ url: place.url })
  client.on('error', () => undefined) // said once for each lost connection; the commands fail on their own
  await client.connect()
  return redisStores(
    place,
    (...args) => client.sendCommand(args),
    () => {
      client.destroy()
    },
  )
}

function openIoredis(place: LimiterPlace & { kind: 'redis' }): OpenedLimiterStores {
  const client = new Redis(place.url)
  client.on('error', () => undefined)
  return redisStores(
    place,
    (command, ...args) => client.call(command, ...args),
    () => {
      client.disconnect()
    },
  )
}

function redisStores(
  { prefix, isRateLimitRedis = false }: LimiterPlace & { kind: 'redis' },
  sendCommand: SendRedisCommand,
  end: () => void,
): OpenedLimiterStores {
  const close = () => {
    end()
    return Promise.resolve()
  }
  const foreign = (command: string, ...args: string[]) => sendCommand(command, ...args) as Promise<RedisReply> // the boundary
  return {
    make: (name) =>
      isRateLimitRedis
        ? new RedisStore({ prefix: `${prefix}${name}:`, sendCommand: foreign })
        : new RedisLimiterStore({ prefix: `${prefix}${name}:`, sendCommand }),
    keys: async (start) => ((await sendCommand('KEYS', `${prefix}${start}*`)) as unknown[]).length, // the boundary
    close,
    remove: close, // whoever removes the place removes all that has its prefix
  }
}
