import type { MaybePromise } from '../grant-store.js'
import type { SqlMigrations } from './sql-migrations.js'

/** What is bound to a placeholder: no driver has trouble with these. */
export type SqlValue = string | number | null

export type SqlRow = Readonly<Record<string, unknown>>

/** What the SQL stores need of every database. */
export interface SqlDatabase {
  /** The rows of one statement, whose placeholders are `$1`, `$2`, …; each may come up several times. */
  rows(statement: string, values: readonly SqlValue[]): MaybePromise<readonly SqlRow[]>
  /** How many rows one statement changed. */
  changes(statement: string, values: readonly SqlValue[]): MaybePromise<number>
  /** Whether a statement failed because the store's `migrate` has not created its tables, or those of an older version. */
  readonly lacksTable: (error: unknown) => boolean
  /** The milliseconds since the epoch as the database sees them: when the statement began, and the same all through it. */
  readonly now: string
}

/** SQLite and PostgreSQL, where a statement that changes rows also returns them; and where their SQL differs. */
export interface ReturningDatabase extends SqlDatabase {
  readonly kind: 'returning'
  /** Brings the tables to their newest version, as one transaction that no other process comes between. */
  migrate(table: string, migrations: SqlMigrations): MaybePromise<void>
  /** The same as `now` at the very moment, which is later if the statement waited for a lock. */
  readonly clock: string
  /** The FROM of a statement that keeps others from creating a grant of a subject until it is over. */
  readonly lockSubject: (table: string, subject: string) => string
  /** Whether the migrations made a function that creates a grant. */
  readonly hasCreateFunction: boolean
}
