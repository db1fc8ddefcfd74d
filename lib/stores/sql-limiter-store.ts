import type { ClientRateLimitInfo, Options, Store } from 'express-rate-limit'
import { limiterPrefix } from './limiter-prefix.js'
import type { PruneOptions } from '../grant-store.js'
import { asksForMigrate } from './asks-for-migrate.js'
import type { MysqlDatabase } from './mysql-database.js'
import { mysqlIncrement } from './mysql-increment.js'
import { migrateMysqlLimits } from './mysql-migrate.js'
import { openSqlDatabase, tableName, type SqlDriver } from './open-sql-database.js'
import { batchSizeOf, pruneInSteps } from './prune-in-steps.js'
import type { ReturningDatabase, SqlRow } from './sql-database.js'
import { sqlLimiterMigrations } from './sql-limiter-migrations.js'
import { limitKeyColumn, sqlLimiterStatements, type SqlLimiterStatements } from './sql-limiter-statements.js'

export interface SqlLimiterStoreOptions {
  /** A `Pool` of `pg`, a pool of `mysql2/promise`, a `DatabaseSync` of `node:sqlite` or a `Database` of better-sqlite3. */
  database: SqlDriver
  /** Separates the counts of this store from those of other stores in the same table: the name of the limiter. */
  prefix: string
  /** The table's name: lower-case letters, digits and `_`, at most 50 characters. Default: `'oauth_limits'`. */
  table?: string | undefined
}

/** How often a hit that is taken back may change between being the last and not before this store gives up. */
const MOST_TRIES = 3

/**
 * An express-rate-limit store in PostgreSQL, MySQL, MariaDB or SQLite, for limits that several processes share. Counts are exact however many
 * processes count at once, windows follow the database's clock, and a count that returns to zero is deleted. Call
 * {@link SqlLimiterStore.migrate} on one of the stores when the application starts, and {@link SqlLimiterStore.prune} now and
 * then.
 *
 * The application owns the connection, as with a `SqlGrantStore`. A SQLite statement runs on the event loop's thread, so no
 * timeout can cut it short: keep `busy_timeout` below `storeTimeout`. In PostgreSQL leave the isolation level at `read
 * committed`.
 */
export class SqlLimiterStore implements Store {
  readonly prefix: string
  readonly #database: MysqlDatabase | ReturningDatabase
  readonly #table: string
  readonly #statements: SqlLimiterStatements
  #windowMs = 60_000

  /** @throws TypeError if `database` is not supported, `table` is not an identifier, or `prefix` is not a string. */
  constructor({ database, prefix, table = 'oauth_limits' }: SqlLimiterStoreOptions) {
    this.prefix = limiterPrefix(prefix)
    this.#table = tableName(table)
    this.#database = asksForMigrate(openSqlDatabase(database), this.#table, 'limiterStore')
    this.#statements = sqlLimiterStatements(this.#table, this.#database)
  }

  /** Creates the table, or upgrades it from an older version. Any number of processes may do this at once. */
  async migrate(): Promise<void> {
    if (this.#database.kind === 'returning') await this.#database.migrate(this.#table, sqlLimiterMigrations)
    else await migrateMysqlLimits(this.#database, this.#table)
    // A table of somebody else has other columns.
    await this.#database.rows(this.#statements.get, [''])
  }

  init({ windowMs }: Pick<Options, 'windowMs'>): void {
    this.#windowMs = windowMs
  }

  /** Resolves to the count, with `window`, which identifies the window for {@link SqlLimiterStore.decrement}. */
  async increment(key: string): Promise<ClientRateLimitInfo & { readonly window: number }> {
    const row = await this.#increment(this.#keyOf(key))
    if (row === undefined) throw new Error('The statement that increments a count returned no row.')
    return { ...counted(row), window: Number(row['reset_at']) }
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const [row] = await this.#database.rows(this.#statements.get, [this.#keyOf(key)])
    return row && counted(row)
  }

  /**
   * Takes a hit back; the row of the last one is deleted. Does nothing if there is none.
   * @param window The window that the hit was counted in: hits of any other window stay. Default: whichever is current.
   */
  async decrement(key: string, window = 0): Promise<void> {
    const { decrement, removeLast } = this.#statements
    const values = [this.#keyOf(key), window]
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      if ((await this.#database.changes(removeLast, values)) > 0) return
      if ((await this.#database.changes(decrement, values)) > 0) return
    }
  }

  async resetKey(key: string): Promise<void> {
    await this.#database.changes(this.#statements.resetKey, [this.#keyOf(key)])
  }

  /**
   * Removes what no window holds any longer, of all stores in the table, step by step: requests and other processes get their turn.
   * Resolves to how many rows there were.
   * @throws TypeError if `batchSize` is not a whole number from 1.
   */
  async prune({ batchSize }: PruneOptions = {}): Promise<number> {
    const counts = { table: this.#table, key: limitKeyColumn(this.#database), expiry: 'reset_at' }
    return pruneInSteps(this.#database, counts, batchSizeOf(batchSize))
  }

  async #increment(key: string): Promise<SqlRow | undefined> {
    if (this.#database.kind === 'mysql') return mysqlIncrement(this.#database, this.#table, key, this.#windowMs)
    const [row] = await this.#database.rows(this.#statements.increment, [key, this.#windowMs])
    return row
  }

  #keyOf(key: string): string {
    return `${this.prefix}:${key}`
  }
}

/** PostgreSQL returns a bigint as a string. */
function counted(row: SqlRow): ClientRateLimitInfo {
  return {
    totalHits: Number(row['hits']),
    resetTime: new Date(Date.now() + Number(row['milliseconds_left'])),
  }
}
