import { subjectTag, type Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  GrantStore,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'
import { described } from '../values/shown.js'
import { NewestGrants } from './newest-grants.js'
import { CLOCK, CREATE, FIND, LIST_SOME, REVOKE, REVOKE_SOME, ROTATE, SPEND } from './redis-grant-scripts.js'
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
  prefix?: string | undefined
}

/** How many grants a step of `list` or `revokeAll` looks at. */
const STEP = '1000'

/**
 * Keeps grants in Redis 7, Valkey, or a cluster of either, one hash a subject, each act one script; `list` and
 * `revokeAll` take one for every thousand grants. The server drops what has expired, so there is nothing to prune.
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
        `sendCommand must be a function, such as (...args) => client.sendCommand(args); it is ${described(sendCommand)}.`,
      )
    }
    this.#sendCommand = sendCommand
    this.#prefix = prefix
  }

  async create({ grant, age, maxPerSubject = 0 }: Creation): Promise<CreationResult> {
    const { id, subject, expiresAt } = grant
    const values = [id, redisGrantValue(grant), expiresAt, age, maxPerSubject, redisText(subject)]
    const reply = await this.#run(CREATE, this.#keysOf(tagOf(id)), values)
    const [outcome, ...displaced] = reply as ['created' | 'refused', ...string[]] // the boundary
    return outcome === 'refused' ? { outcome } : { outcome, displaced: grantsOf(displaced) }
  }

  async rotate({ id, clientId, generation, retryWindow, idleLifetime }: Rotation): Promise<RotationResult> {
    const values = [id, redisText(clientId), generation, generation + 1, retryWindow, idleLifetime]
    const reply = await this.#run(ROTATE, [this.#hashOf(tagOf(id))], values)
    const [outcome, value] = reply as ['absent'] | ['rotated' | 'retried' | 'reused', string] // the boundary
    return outcome === 'absent' ? { outcome } : { outcome, grant: grantOfRedisValue(id, value) }
  }

  async find(id: string): Promise<Grant | undefined> {
    return grantIfAny(id, await this.#run(FIND, [this.#hashOf(tagOf(id))], [id]))
  }

  /** Not one act: a grant that comes or goes meanwhile may be listed or not. */
  async list(subject: string, limit: number): Promise<Grant[]> {
    const newest = new NewestGrants(limit)
    let cursor = '0'
    do {
      const values = [redisText(subject), cursor, STEP, newest.from]
      const reply = await this.#run(LIST_SOME, [this.#hashOf(subjectTag(subject))], values)
      const [next, ...found] = reply as unknown[] // the boundary
      newest.add(grantsOf(found))
      cursor = String(next)
    } while (cursor !== '0')
    return newest.sorted()
  }

  async revoke(id: string): Promise<Grant | undefined> {
    return grantIfAny(id, await this.#run(REVOKE, [this.#hashOf(tagOf(id))], [id]))
  }

  /** Grants that are created meanwhile, by logins that began later, may end too. */
  async revokeAll(subject: string, { except = '', loginLifetime }: RevocationOfAll): Promise<number> {
    let ended = 0
    let cursor = '0'
    do {
      const values = [redisText(subject), except, loginLifetime, cursor, STEP]
      const reply = await this.#run(REVOKE_SOME, this.#keysOf(subjectTag(subject)), values)
      const [next, count] = reply as unknown[] // the boundary
      cursor = String(next)
      ended += Number(count)
    } while (cursor !== '0')
    return ended
  }

  /** A key of its own, in the slot of the subject where the id belongs to a login. */
  async spend({ id, lifetime, login }: Spending): Promise<SpendingResult> {
    const milliseconds = Math.max(1, lifetime)
    if (login === undefined) return this.#spend([`${this.#prefix}spent:${id}`], [milliseconds])
    const [hash, revocations] = this.#keysOf(subjectTag(login.subject))
    return this.#spend([`${hash}:spent:${id}`, revocations], [milliseconds, redisText(login.subject), login.beganAt])
  }

  async #spend(keys: readonly string[], values: readonly (string | number)[]): Promise<SpendingResult> {
    return String(await this.#run(SPEND, keys, values)) as SpendingResult // the boundary
  }

  /** The clock of the server that keeps the subject's grants. */
  async now(subject: string): Promise<number> {
    return Number(await this.#run(CLOCK, [this.#hashOf(subjectTag(subject))], []))
  }

  /** Does nothing: the server drops what has expired. */
  prune(): number {
    return 0
  }

  /** The key of a subject's grants. The braces put those that begin with it into the same slot of a cluster. */
  #hashOf(tag: string): string {
    return `${this.#prefix}{${tag}}`
  }

  /** The key of a subject's grants, and that of revocations. */
  #keysOf(tag: string): readonly [string, string] {
    const hash = this.#hashOf(tag)
    return [hash, `${hash}:revoked`]
  }

  /** By its hash; a server that does not know it, such as one that was restarted, is told the whole script. */
  async #run(script: RedisScript, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    const args = [String(keys.length), ...keys, ...values.map(String)]
    try {
      return await this.#sendCommand('EVALSHA', script.sha1, ...args)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return this.#sendCommand('EVAL', script.lua, ...args)
    }
  }
}

/** What an id of `newGrantId` ends in. */
function tagOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}

/** @param reply Ids and values by turns. */
function grantsOf(reply: readonly unknown[]): Grant[] {
  const grants: Grant[] = []
  for (let i = 0; i < reply.length; i += 2) grants.push(grantOfRedisValue(String(reply[i]), String(reply[i + 1])))
  return grants
}

/** `value` is the reply for a field that may be missing. */
function grantIfAny(id: string, value: unknown): Grant | undefined {
  return typeof value === 'string' || Buffer.isBuffer(value) ? grantOfRedisValue(id, String(value)) : undefined
}
