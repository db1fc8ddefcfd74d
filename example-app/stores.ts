import { setTimeout } from 'node:timers/promises'
import {
  RedisGrantStore,
  RedisLimiterStore,
  SqlGrantStore,
  SqlLimiterStore,
  type GrantStore,
  type LimitsOptions,
  type SendRedisCommand,
} from 'express-oauth-password-grant'
import { createClient } from 'redis'
import type { Database } from './database.js'
import { reason } from './reason.js'
import type { Settings } from './settings.js'
import { StartFailure } from './start-failure.js'

/** Where grants are kept and failed logins are counted, and how to let go of it. */
export interface Stores {
  readonly grantStore: GrantStore
  readonly limits: LimitsOptions
  close(): Promise<void>
}

const CONNECT_MS = 5_000
const RECONNECT_MS = 1_000
const PRUNE_MS = 3_600_000

/** @throws StartFailure where Redis cannot be reached. */
export function openStores({ redisUrl }: Settings, database: Database): Promise<Stores> {
  return redisUrl === undefined ? openSqlStores(database) : openRedisStores(redisUrl)
}

async function openSqlStores({ driver: database }: Database): Promise<Stores> {
  const grantStore = new SqlGrantStore({ database })
  await grantStore.migrate()
  const counts = 'query' in database ? new SqlLimiterStore({ database, prefix: 'any' }) : undefined
  await counts?.migrate()
  const pruning = setInterval(() => {
    void prune('Expired grants', () => grantStore.prune())
    if (counts !== undefined) void prune('Old counts of failed logins', () => counts.prune())
  }, PRUNE_MS).unref()
  return {
    grantStore,
    // SQLite is for one process on the whole, whose memory counts without a write to the disk at each attempt.
    limits: counts === undefined ? {} : { store: (prefix) => new SqlLimiterStore({ database, prefix }) },
    close() {
      clearInterval(pruning)
      return Promise.resolve()
    },
  }
}

async function prune(what: string, remove: () => Promise<number>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    console.error(`${what} were not removed, the next try is in an hour: ${reason(error)}.`)
  }
}

async function openRedisStores(url: string): Promise<Stores> {
  const redis = await connectedRedis(url)
  const sendCommand: SendRedisCommand = (...args) => redis.sendCommand(args)
  return {
    grantStore: new RedisGrantStore({ sendCommand }),
    limits: { store: (name) => new RedisLimiterStore({ prefix: `limit:${name}:`, sendCommand }) },
    close: () => redis.close(),
  }
}

async function connectedRedis(url: string) {
  let state: 'starting' | 'up' | 'down' = 'starting'
  const redis = createClient({
    url,
    disableOfflineQueue: true, // a refusal at once rather than a login that waits
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: () => (state === 'starting' ? false : RECONNECT_MS) },
  })
  redis.on('error', (error: unknown) => {
    if (state === 'up') console.error(`Redis is away: ${reason(error)}.`)
    if (state !== 'starting') state = 'down'
  })
  redis.on('ready', () => {
    if (state === 'down') console.error('Redis is back.')
    state = 'up'
  })
  try {
    await Promise.race([redis.connect(), silence()])
    return redis
  } catch (error) {
    throw new StartFailure(`REDIS_URL names a Redis that cannot be used: ${reason(error)}.`, { cause: error })
  }
}

/** `connectTimeout` ends with the TCP connection, so it does not help against a server that takes one and is silent. */
async function silence(): Promise<never> {
  await setTimeout(CONNECT_MS, undefined, { ref: false })
  throw new Error(`no answer in ${String(CONNECT_MS / 1000)} seconds`)
}
