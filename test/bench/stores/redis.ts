import { createClient } from 'redis'
import { RedisGrantStore } from '../../../dist/index.js'
import type { OpenedStore } from './opened-store.js'

const url = process.env['BENCH_REDIS_URL'] ?? 'redis://127.0.0.1:6379/9'

/** A logical database of Redis that must be empty, and is empty afterwards. */
export async function openRedis(): Promise<OpenedStore> {
  const client = await createClient({ url }).connect()
  if ((await client.dbSize()) > 0) {
    client.destroy()
    throw new Error(`${url} is not empty`)
  }
  const store = new RedisGrantStore({ sendCommand: (...args: string[]) => client.sendCommand(args) })
  return {
    store,
    removesExpired: true,
    durable: () => Promise.resolve(store), // as the server is configured
    async bytes() {
      const memory = await client.info('memory')
      return Number(/used_memory:(\d+)/.exec(memory)?.[1])
    },
    async close() {
      await client.flushDb()
      client.destroy()
    },
  }
}
