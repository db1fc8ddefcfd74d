import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { described } from '../values/shown.js'
import { limiterPrefix } from './limiter-prefix.js'
import type { SendRedisCommand } from './redis-grant-store.js'
import { DECREMENT, GET, INCREMENT, RESET } from './redis-limiter-scripts.js'
import type { RedisScript } from './redis-script.js'

export interface RedisLimiterStoreOptions {
  /**
   * The same function as for a `RedisGrantStore`. For `redis`: `(...args) => client.sendCommand(args)`; for its cluster:
   * `(...args) => cluster.sendCommand(args[3], false, args)`, because the fourth part of each command is its key.
   * For `ioredis`, cluster or not: `(command, ...args) => client.call(command, ...args)`.
   */
  sendCommand: SendRedisCommand
  /** What the keys begin with. Separates the counts of this store from those of others: include the name of the limiter. */
  prefix: string
}

/**
 * An express-rate-limit store in Redis 7, Valkey, or a cluster of either, for limits that several processes share. Each act
 * is one script, so counts are exact however many processes count at once. Windows follow the server's clock, every key
 * expires with its window, and a count that returns to zero is deleted.
 */
export class RedisLimiterStore implements Store {
  readonly prefix: string
  readonly #sendCommand: SendRedisCommand
  #windowMs = 60_000

  /** @throws TypeError if `sendCommand` is not a function or `prefix` is not a non-empty string. */
  constructor({ sendCommand, prefix }: RedisLimiterStoreOptions) {
    if (typeof sendCommand !== 'function') {
      throw new TypeError(
        `sendCommand must be a function, such as (...args) => client.sendCommand(args); it is ${described(sendCommand)}.`,
      )
    }
    this.prefix = limiterPrefix(prefix)
    this.#sendCommand = sendCommand
  }

  init({ windowMs }: Pick<Options, 'windowMs'>): void {
    this.#windowMs = windowMs
  }

  /** Resolves to the count, with `window`, which identifies the window for {@link RedisLimiterStore.decrement}. */
  async increment(key: string): Promise<ClientRateLimitInfo & { readonly window: number }> {
    const [hits, left, window] = await this.#numbers(INCREMENT, key, this.#windowMs)
    return { ...counted(hits, left), window: window ?? NaN }
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const [hits, left] = await this.#numbers(GET, key)
    return hits === 0 ? undefined : counted(hits, left)
  }

  /**
   * Takes a hit back; the key of the last one is deleted. Does nothing if there is none.
   * @param window The window that the hit was counted in: hits of any other window stay. Default: whichever is current.
   */
  async decrement(key: string, window = 0): Promise<void> {
    await this.#run(DECREMENT, key, window)
  }

  async resetKey(key: string): Promise<void> {
    await this.#run(RESET, key)
  }

  async #numbers(script: RedisScript, key: string, ...args: readonly number[]): Promise<readonly number[]> {
    const reply = await this.#run(script, key, ...args)
    if (!Array.isArray(reply)) throw new TypeError('Redis did not reply to the script with a list.')
    return reply.map(Number)
  }

  /** Sends the script's hash, or the whole script if the server does not know it, for example after a restart. */
  async #run({ sha1, lua }: RedisScript, key: string, ...args: readonly number[]): Promise<unknown> {
    const rest = ['1', this.prefix + key, ...args.map(String)]
    try {
      return await this.#sendCommand('EVALSHA', sha1, ...rest)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#sendCommand('EVAL', lua, ...rest)
    }
  }
}

function counted(hits = NaN, left = NaN): ClientRateLimitInfo {
  return { totalHits: hits, resetTime: new Date(Date.now() + left) }
}
