import { setImmediate as nextTurn } from 'node:timers/promises'
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
import { openSqlDatabase, tableName, type SqlDriver } from './open-sql-database.js'
import { batchSizeOf, pruneInSteps } from './prune-in-steps.js'
import type { SqlDatabase, SqlValue } from './sql-database.js'
import { grantOfRow, grantValues } from './sql-grant-row.js'
import { revokedTable, spentTable, sqlMigrations } from './sql-migrations.js'
import { sqlStatements, type SqlStatements } from './sql-statements.js'

export interface SqlGrantStoreOptions {
  /** A `Pool` of `pg`, a `DatabaseSync` of `node:sqlite`, a `Database` of better-sqlite3, or an object with the same members. */
  database: SqlDriver
  /** The table's name: lower-case letters, digits and `_`, 50 at most. Default: `'oauth_grants'`. */
  table?: string
}

/** How many grants one step of `revokeAll` ends. */
const REVOKED_AT_ONCE = 1000

/**
 * Keeps grants in SQLite or PostgreSQL, each act one statement. The application calls {@link SqlGrantStore.migrate}
 * once when it starts, and {@link SqlGrantStore.prune} now and then.
 *
 * The connection is the application's. For SQLite set `journal_mode = wal`, `synchronous = full` and
 * `busy_timeout = 5000`; a statement runs on the event loop's thread, so no time limit can cut it short. For
 * PostgreSQL listen to the pool's `error` events, and leave the isolation level at `read committed`.
 */
export class SqlGrantStore implements GrantStore {
  readonly #database: SqlDatabase
  readonly #table: string
  readonly #statements: SqlStatements

  /** @throws TypeError where `database` has neither shape, or `table` is no identifier. */
  constructor({ database, table = 'oauth_grants' }: SqlGrantStoreOptions) {
    this.#table = tableName(table)
    this.#database = asksForMigrate(openSqlDatabase(database), this.#table, 'grantStore')
    this.#statements = sqlStatements(this.#table, this.#database)
  }

  /** Makes the tables, or brings those of an older version up to date. Any number of processes may do so at once. */
  async migrate(): Promise<void> {
    await this.#database.migrate(this.#table, sqlMigrations)
  }

  async create({ grant, age, maxPerSubject }: Creation): Promise<CreationResult> {
    const values: SqlValue[] = [...grantValues(grant), age]
    if (this.#database.hasCreateFunction) values.push(maxPerSubject ?? null)
    const [created, ...displaced] = await this.#database.rows(this.#statements.create, values)
    if (created === undefined) return { outcome: 'refused' }
    if (!this.#database.hasCreateFunction && maxPerSubject !== undefined) {
      const others = [grant.subject, grant.id, maxPerSubject - 1]
      displaced.push(...(await this.#database.rows(this.#statements.endOldest, others)))
    }
    return { outcome: 'created', displaced: displaced.map(grantOfRow) }
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const { id, clientId, generation, retryWindow, idleLifetime } = rotation
    const values = [id, clientId, generation, generation + 1, retryWindow, idleLifetime]
    const [row] = await this.#database.rows(this.#statements.rotate, values)
    if (row === undefined) return { outcome: 'absent' }
    return { outcome: row['last_outcome'] as 'rotated' | 'retried' | 'reused', grant: grantOfRow(row) } // the boundary
  }

  async find(id: string): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.find, [id])
    return row && grantOfRow(row)
  }

  async list(subject: string, limit: number): Promise<Grant[]> {
    return (await this.#database.rows(this.#statements.list, [subject, limit])).map(grantOfRow)
  }

  async revoke(id: string): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.revoke, [id])
    return row && grantOfRow(row)
  }

  /** In steps of a thousand grants. */
  async revokeAll(subject: string, { except = '', loginLifetime }: RevocationOfAll): Promise<number> {
    const { refuseEarlierLogins, revokeSome, isAnyLeft } = this.#statements
    await this.#database.changes(refuseEarlierLogins, [subject, loginLifetime])
    let ended = await this.#database.changes(revokeSome, [subject, except, REVOKED_AT_ONCE])
    while ((await this.#database.rows(isAnyLeft, [subject, except])).length > 0) {
      await nextTurn() // SQLite works on the event loop's thread
      ended += await this.#database.changes(revokeSome, [subject, except, REVOKED_AT_ONCE])
    }
    return ended
  }

  async spend({ id, lifetime, login }: Spending): Promise<SpendingResult> {
    const { spend, isRefused } = this.#statements
    const { subject = null, beganAt = null } = login ?? {}
    if ((await this.#database.changes(spend, [id, lifetime, subject, beganAt])) === 1) return 'first'
    if (login === undefined) return 'again'
    return (await this.#database.rows(isRefused, [subject, beganAt])).length > 0 ? 'refused' : 'again'
  }

  /** The database's clock. */
  async now(_subject: string): Promise<number> {
    const [row] = await this.#database.rows(this.#statements.now, [])
    return Number(row?.['now'])
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
