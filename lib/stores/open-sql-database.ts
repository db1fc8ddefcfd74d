import { postgresDatabase, type PostgresDriver } from './postgres-database.js'
import type { SqlDatabase } from './sql-database.js'
import { sqliteDatabase, type SqliteDriver } from './sqlite-database.js'

/** A `DatabaseSync` of `node:sqlite`, or a `Pool` of `pg`; or anything of the shape of either. */
export type SqlDriver = SqliteDriver | PostgresDriver

/** @throws TypeError where the driver has neither shape. */
export function openSqlDatabase(driver: SqlDriver): SqlDatabase {
  // The boundary: who calls this without TypeScript may give anything.
  const given = driver as Partial<SqliteDriver & PostgresDriver> | null | undefined
  if (typeof given?.prepare === 'function') return sqliteDatabase(driver as SqliteDriver)
  if (typeof given?.query === 'function') return postgresDatabase(driver as PostgresDriver)
  throw new TypeError('database must be a DatabaseSync of node:sqlite or a Pool of pg; what was given is neither.')
}

/** PostgreSQL cuts names at 63, and the names of the index and of the table of versions are longer. */
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,49}$/

/** A name of a table that may stand in a statement. @throws TypeError where it is no identifier. */
export function tableName(table: unknown): string {
  if (typeof table === 'string' && IDENTIFIER.test(table)) return table
  throw new TypeError(
    `table must be lower-case letters, digits and _, no digit first and 50 at most; it is ${JSON.stringify(table)}.`,
  )
}
