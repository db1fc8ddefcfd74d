import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { openSqlDatabase, tableName, type SqlDriver } from './open-sql-database.js'
import type { SqlDatabase, SqlRow } from './sql-database.js'
import { sqlLimiterMigrations } from './sql-limiter-migrations.js'
import { sqlLimiterStatements, type SqlLimiterStatements } from './sql-limiter-statements.js'

export interface SqlLimiterStoreOptions {
  /** A `DatabaseSync` of `node:sqlite`, or a `Pool` of `pg`; or anything of the shape of either. */
  database: SqlDriver
  /** Keeps what this store counts apart from what other stores count in the same table: the limiter's name. */
  prefix: string
  /** The table's name: lower-case letters, digits and `_`, 50 at most. Default: `'oauth_limits'`. */
  table?: string
}

/**
 * An express-rate-limit store in SQLite or PostgreSQL, for limits that several processes share. Counts are exact however many
 * count at once, and windows go by the database's clock. The application calls {@link SqlLimiterStore.migrate} once when it
 * starts, on one of the stores, and {@link SqlLimiterStore.prune} now and then.
 *
 * The connection is the application's, as for a `SqlGrantStore`. A SQLite statement runs on the event loop's thread, so no
 * time limit can cut it short: keep `busy_timeout` under `storeTimeout`. For PostgreSQL leave the isolation level at `read
 * committed`.
 */
export class SqlLimiterStore implements Store {
  readonly prefix: string
  readonly #database: SqlDatabase
  readonly #table: string
  readonly #statements: SqlLimiterStatements
  #windowMs = 60_000

  /** @throws TypeError where `database` has neither shape, `table` is no identifier, or `prefix` is no text. */
  constructor({ database, prefix, table = 'oauth_limits' }: SqlLimiterStoreOptions) {
    if (typeof prefix !== 'string' || prefix === '') {
      throw new TypeError(
        'prefix must be a text, such as the name of the limiter: what is counted in one table is kept apart by it.',
      )
    }
    this.prefix = prefix
    this.#table = tableName(table)
    this.#database = openSqlDatabase(database)
    this.#statements = sqlLimiterStatements(this.#table, this.#database.now)
  }

  /** Makes the table, or brings one of an older version up to date. Any number of processes may do so at once. */
  async migrate(): Promise<void> {
    await this.#database.migrate(this.#table, sqlLimiterMigrations)
  }

  init({ windowMs }: Pick<Options, 'windowMs'>): void {
    this.#windowMs = windowMs
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const [row] = await this.#database.rows(this.#statements.increment, [this.#keyOf(key), this.#windowMs])
    if (row === undefined) throw new Error('The statement that counts answered no count.')
    return counted(row)
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const [row] = await this.#database.rows(this.#statements.get, [this.#keyOf(key)])
    return row && counted(row)
  }

  async decrement(key: string): Promise<void> {
    await this.#database.changes(this.#statements.decrement, [this.#keyOf(key)])
  }

  async resetKey(key: string): Promise<void> {
    await this.#database.changes(this.#statements.resetKey, [this.#keyOf(key)])
  }

  /** Takes away what no window holds any longer, of all stores in the table. Answers how many rows there were. */
  async prune(): Promise<number> {
    return this.#database.changes(this.#statements.prune, [])
  }

  #keyOf(key: string): string {
    return `${this.prefix}:${key}`
  }
}

/** PostgreSQL writes a bigint as text. */
function counted(row: SqlRow): ClientRateLimitInfo {
  return {
    totalHits: Number(row['hits']),
    resetTime: new Date(Date.now() + Number(row['milliseconds_left'])),
  }
}
