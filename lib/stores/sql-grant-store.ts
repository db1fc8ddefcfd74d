import type { Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  GrantStore,
  PruneOptions,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'
import { asksForMigrate } from './asks-for-migrate.js'
import { MysqlGrantActs } from './mysql-grant-acts.js'
import { openSqlDatabase, tableName, type SqlDriver } from './open-sql-database.js'
import { batchSizeOf, pruneInSteps } from './prune-in-steps.js'
import { ReturningGrantActs } from './returning-grant-acts.js'
import type { SqlDatabase } from './sql-database.js'
import type { SqlGrantActs } from './sql-grant-acts.js'
import { revokedTable, spentTable } from './sql-migrations.js'

export interface SqlGrantStoreOptions {
  /** A `Pool` of `pg`, a pool of `mysql2/promise`, a `DatabaseSync` of `node:sqlite` or a `Database` of better-sqlite3. */
  database: SqlDriver
  /** The table's name: lower-case letters, digits and `_`, 50 at most. Default: `'oauth_grants'`. */
  table?: string | undefined
}

/**
 * Keeps grants in PostgreSQL, MySQL, MariaDB or SQLite. The application calls {@link SqlGrantStore.migrate} once when it starts,
 * and {@link SqlGrantStore.prune} now and then.
 *
 * The connection is the application's. For SQLite set `journal_mode = wal`, `synchronous = full` and
 * `busy_timeout = 5000`; a statement runs on the event loop's thread, so no time limit can cut it short. For
 * PostgreSQL listen to the pool's `error` events, and leave the isolation level at `read committed`. For MySQL and MariaDB hand
 * over a pool that reaches the primary server only.
 */
export class SqlGrantStore implements GrantStore {
  readonly #database: SqlDatabase
  readonly #table: string
  readonly #acts: SqlGrantActs

  /** @throws TypeError if `database` is not supported, or `table` is not an identifier. */
  constructor({ database, table = 'oauth_grants' }: SqlGrantStoreOptions) {
    this.#table = tableName(table)
    const opened = asksForMigrate(openSqlDatabase(database), this.#table, 'grantStore')
    this.#database = opened
    this.#acts = opened.kind === 'mysql' ? new MysqlGrantActs(opened, table) : new ReturningGrantActs(opened, table)
  }

  /** Makes the tables, or brings those of an older version up to date. Any number of processes may do so at once. */
  async migrate(): Promise<void> {
    await this.#acts.migrate()
  }

  create(creation: Creation): Promise<CreationResult> {
    return this.#acts.create(creation)
  }

  rotate(rotation: Rotation): Promise<RotationResult> {
    return this.#acts.rotate(rotation)
  }

  find(id: string): Promise<Grant | undefined> {
    return this.#acts.find(id)
  }

  list(subject: string, limit: number): Promise<Grant[]> {
    return this.#acts.list(subject, limit)
  }

  revoke(id: string): Promise<Grant | undefined> {
    return this.#acts.revoke(id)
  }

  /** In steps of a thousand grants. */
  revokeAll(subject: string, revocation: RevocationOfAll): Promise<number> {
    return this.#acts.revokeAll(subject, revocation)
  }

  spend(spending: Spending): Promise<SpendingResult> {
    return this.#acts.spend(spending)
  }

  /** The database's clock. */
  now(subject: string): Promise<number> {
    return this.#acts.now(subject)
  }

  /**
   * Removes what has expired, step by step: other requests and other processes get their turn between the steps.
   * @throws TypeError if `batchSize` is not a whole number from 1.
   */
  async prune({ batchSize }: PruneOptions = {}): Promise<number> {
    const size = batchSizeOf(batchSize)
    let removed = 0
    for (const [table, key] of [
      [this.#table, 'id'],
      [spentTable(this.#table), 'id'],
      [revokedTable(this.#table), 'subject'],
    ] as const) {
      removed += await pruneInSteps(this.#database, { table, key, expiry: 'expires_at' }, size)
    }
    return removed
  }
}
