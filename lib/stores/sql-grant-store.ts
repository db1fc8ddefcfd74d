import type { Grant } from '../grant.js'
import type { GrantStore, RevokeAllOptions, Rotation, RotationResult } from '../grant-store.js'
import { newestFirst } from './newest-first.js'
import { openSqlDatabase, tableName, type SqlDriver } from './open-sql-database.js'
import type { SqlDatabase } from './sql-database.js'
import { grantOfRow, grantValues } from './sql-grant-row.js'
import { sqlMigrations } from './sql-migrations.js'
import { sqlStatements, type SqlStatements } from './sql-statements.js'

export interface SqlGrantStoreOptions {
  /** A `DatabaseSync` of `node:sqlite`, or a `Pool` of `pg`; or anything of the shape of either. */
  database: SqlDriver
  /** The table's name: lower-case letters, digits and `_`, 50 at most. Default: `'oauth_grants'`. */
  table?: string
}

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
    this.#database = openSqlDatabase(database)
    this.#statements = sqlStatements(this.#table, this.#database.clock)
  }

  /** Makes the tables, or brings those of an older version up to date. Any number of processes may do so at once. */
  async migrate(): Promise<void> {
    await this.#database.migrate(this.#table, sqlMigrations)
  }

  async create(grant: Grant, _now: number): Promise<void> {
    await this.#database.changes(this.#statements.create, grantValues(grant))
  }

  async rotate(rotation: Rotation): Promise<RotationResult> {
    const { id, clientId, generation, now, retryWindow, idleLifetime } = rotation
    const values = [id, clientId, generation, generation + 1, now, now - retryWindow, now + idleLifetime]
    const [row] = await this.#database.rows(this.#statements.rotate, values)
    if (row === undefined) return { outcome: 'absent' }
    return { outcome: row['last_outcome'] as 'rotated' | 'retried' | 'reused', grant: grantOfRow(row) } // the boundary
  }

  async find(id: string, now: number): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.find, [id, now])
    return row && grantOfRow(row)
  }

  async list(subject: string, now: number): Promise<Grant[]> {
    const rows = await this.#database.rows(this.#statements.list, [subject, now])
    return rows.map(grantOfRow).sort(newestFirst)
  }

  async revoke(id: string, now: number): Promise<Grant | undefined> {
    const [row] = await this.#database.rows(this.#statements.revoke, [id, now])
    return row && grantOfRow(row)
  }

  async revokeAll(subject: string, now: number, { except = '' }: RevokeAllOptions = {}): Promise<number> {
    return this.#database.changes(this.#statements.revokeAll, [subject, now, except])
  }

  async spend(id: string, expiresAt: number, _now: number): Promise<boolean> {
    return (await this.#database.changes(this.#statements.spend, [id, expiresAt])) === 1
  }

  async prune(now: number): Promise<number> {
    const { prune, pruneSpent } = this.#statements
    return (await this.#database.changes(prune, [now])) + (await this.#database.changes(pruneSpent, [now]))
  }
}
