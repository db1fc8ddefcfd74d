import express, { type Express } from 'express'
import { Pool } from 'pg'
import { createClient } from 'redis'
import {
  oauthPasswordGrant,
  RedisGrantStore,
  RedisLimiterStore,
  SqlGrantStore,
  SqlLimiterStore,
  type GrantStore,
  type LimitsOptions,
} from '../../lib/index.js'
import type { ServerPlace } from './server-messages.js'

export const client = { id: 'soaked-backend', secret: 'soaked-backend-secret-of-32-bytes-and-more' }
export const password = 'the password of everybody here'
/** Shorter than one of the faults. */
export const RETRY_WINDOW_MS = 5_000

const CONNECT_MS = 2_000
const QUERY_MS = 4_000
const RECONNECT_MS = 200

/** A token endpoint and a guarded API, for users whose names begin with `user`. */
export async function soakedApplication(
  { postgresUrl, redisUrl, grants }: ServerPlace,
  onError: (error: unknown) => void,
): Promise<Express> {
  const database = new Pool({
    connectionString: postgresUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
  })
  database.on('error', () => undefined) // an idle connection that a fault has ended
  const redis = createClient({
    url: redisUrl,
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: () => RECONNECT_MS },
  })
  redis.on('error', () => undefined) // likewise
  await redis.connect()

  let grantStore: GrantStore
  let limits: LimitsOptions
  if (grants === 'postgres') {
    const store = new SqlGrantStore({ database })
    await store.migrate()
    grantStore = store
    limits = {
      store: (name) =>
        new RedisLimiterStore({ prefix: `limit:${name}:`, sendCommand: (...args) => redis.sendCommand(args) }),
    }
  } else {
    await new SqlLimiterStore({ database, prefix: 'any' }).migrate()
    grantStore = new RedisGrantStore({ sendCommand: (...args) => redis.sendCommand(args) })
    limits = { store: (prefix) => new SqlLimiterStore({ database, prefix }) }
  }
  const oauth = oauthPasswordGrant({
    issuer: 'http://127.0.0.1',
    audience: 'http://127.0.0.1/api',
    signingKeys: 'a-signing-secret-that-both-processes-share',
    clients: [{ ...client, endUserAddress: true }],
    scopes: ['api'],
    authenticateUser: (name, given) => given === password && name.startsWith('user') && { id: name },
    refreshUser: (id) => ({ id }),
    refreshTokens: { retryWindow: `${RETRY_WINDOW_MS / 1_000}s` },
    grantStore,
    limits,
    onError,
    onEvent: () => undefined,
  })
  const app = express().use(oauth)
  app.get('/api', oauth.requireAccessToken('api'), (_request, response) => {
    response.json({ isThere: true })
  })
  return app
}
