import { RedisGrantStore, SqlGrantStore, type GrantStore } from 'express-oauth-password-grant'
import { setTimeout } from 'node:timers/promises'
import { createClient } from 'redis'
import type { Database } from './database.js'
import { reason } from './reason.js'
import type { Settings } from './settings.js'
import { StartFailure } from './start-failure.js'

/** Where grants are kept, and how to let go of it. */
export interface OpenGrantStore {
  readonly store: GrantStore
  close(): Promise<void>
}

const CONNECT_MS = 5_000
const RECONNECT_MS = 1_000
const PRUNE_MS = 3_600_000

/** @throws StartFailure where Redis cannot be reached. */
export function openGrantStore({ redisUrl }: Settings, database: Database): Promise<OpenGrantStore> {
  return redisUrl === undefined ? openSqlStore(database) : openRedisStore(redisUrl)
}

async function openSqlStore({ driver: database }: Database): Promise<OpenGrantStore> {
  const store = new SqlGrantStore({ database })
  await store.migrate()
  const pruning = setInterval(() => {
    void prune(store)
  }, PRUNE_MS).unref()
  return {
    store,
    close() {
      clearInterval(pruning)
      return Promise.resolve()
    },
  }
}

async function prune(store: GrantStore): Promise<void> {
  try {
    await store.prune(Date.now())
  } catch (error) {
    console.error(`Expired grants were not removed, the next try is in an hour: ${reason(error)}.`)
  }
}

async function openRedisStore(url: string): Promise<OpenGrantStore> {
  const redis = await connectedRedis(url)
  return {
    store: new RedisGrantStore({ sendCommand: (...args) => redis.sendCommand(args) }),
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
