import { subjectTag, type Grant } from '../grant.js'
import type { GrantStore, RevokeAllOptions, Rotation, RotationResult } from '../grant-store.js'
import { newestFirst } from './newest-first.js'
import { CREATE, FIND, LIST, REVOKE, REVOKE_ALL, ROTATE, SPEND } from './redis-grant-scripts.js'
import { grantOfRedisValue, redisGrantValue, redisText } from './redis-grant-value.js'
import type { RedisScript } from './redis-script.js'

/** Sends one command to Redis. Resolves to its reply, rejects with its error. */
export type SendRedisCommand = (command: string, ...args: string[]) => Promise<unknown>

export interface RedisGrantStoreOptions {
  /**
   * For `redis`: `(...args) => client.sendCommand(args)`; for its cluster:
   * `(...args) => cluster.sendCommand(args[3], false, args)`, because the fourth part of each command is its key.
   * For `ioredis`, cluster or not: `(command, ...args) => client.call(command, ...args)`.
   */
  sendCommand: SendRedisCommand
  /** What the keys begin with. Default: `'oauth:'`. */
  prefix?: string
}

/**
 * Keeps grants in Redis 7, Valkey, or a cluster of either, one hash a subject, each act one script. The server drops
 * what has expired, so there is nothing to prune.
 *
 * How much a crash of the server may lose is its `appendonly` and `appendfsync`. A lost rotation mends itself at the
 * next refresh; a lost grant is a login that has to be done again; a lost revocation brings a grant back.
 */
export class RedisGrantStore implements GrantStore {
  readonly #sendCommand: SendRedisCommand
  readonly #prefix: string

  /** @throws TypeError where `sendCommand` is no function. */
  constructor({ sendCommand, prefix = 'oauth:' }: RedisGrantStoreOptions) {
    if (typeof sendCommand !== 'function') {
      throw new TypeError(
        `sendCommand must be a function, such as (...args) => client.sendCommand(args); it is ${typeof sendCommand}.`,
      )
    }
    this.#sendCommand = sendCommand
    this.#prefix = prefix
  }

  async create(grant: Grant, now: number): Promise<void> {
    await this.#run(CREATE, tagOf(grant.id), [grant.id, redisGrantValue(grant), String(grant.expiresAt), String(now)])
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const { id, clientId, generation, now, retryWindow, idleLifetime } = rotation
    const numbers = [generation, generation + 1, now, now - retryWindow, now + idleLifetime]
    const reply = await this.#run(ROTATE, tagOf(id), [id, redisText(clientId), ...numbers.map(String)])
    const [outcome, value] = reply as ['absent'] | ['rotated' | 'retried' | 'reused', string] // the boundary
    return outcome === 'absent' ? { outcome } : { outcome, grant: grantOfRedisValue(id, value) }
  }

  async find(id: string, now: number): Promise<Grant | undefined> {
    return livingGrant(id, await this.#run(FIND, tagOf(id), [id]), now)
  }

  async list(subject: string, now: number): Promise<Grant[]> {
    const reply = (await this.#run(LIST, subjectTag(subject), [])) as unknown[] // the boundary
    const grants: Grant[] = []
    for (let i = 0; i < reply.length; i += 2) {
      const grant = livingGrant(String(reply[i]), reply[i + 1], now)
      if (grant?.subject === subject) grants.push(grant)
    }
    return grants.sort(newestFirst)
  }

  async revoke(id: string, now: number): Promise<Grant | undefined> {
    return livingGrant(id, await this.#run(REVOKE, tagOf(id), [id]), now)
  }

  async revokeAll(subject: string, now: number, { except = '' }: RevokeAllOptions = {}): Promise<number> {
    return Number(await this.#run(REVOKE_ALL, subjectTag(subject), [redisText(subject), except, String(now)]))
  }

  /** A key of its own, whose name no hash of a subject can have: a tag has no colon. */
  async spend(id: string, expiresAt: number, now: number): Promise<boolean> {
    return Number(await this.#run(SPEND, `spent:${id}`, [String(Math.max(1, expiresAt - now))])) === 1
  }

  /** Does nothing: the server drops what has expired. */
  prune(_now: number): number {
    return 0
  }

  /** By its hash; a server that does not know it, such as one that was restarted, is told the whole script. */
  async #run(script: RedisScript, tag: string, args: readonly string[]): Promise<unknown> {
    const key = `${this.#prefix}${tag}`
    try {
      return await this.#sendCommand('EVALSHA', script.sha1, '1', key, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#sendCommand('EVAL', script.lua, '1', key, ...args)
    }
  }
}

/** What an id of `newGrantId` ends in. */
function tagOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}

/** `value` is the reply for a field that may be missing. */
function livingGrant(id: string, value: unknown, now: number): Grant | undefined {
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return undefined
  const grant = grantOfRedisValue(id, String(value))
  return grant.expiresAt > now ? grant : undefined
}
