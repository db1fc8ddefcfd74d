import type { ReturningDatabase, SqlRow, SqlValue } from './sql-database.js'
import { migrationsTable, type SqlMigrations } from './sql-migrations.js'

/** A prepared statement, as far as it is used. */
export interface SqliteStatement {
  all(...values: SqlValue[]): unknown[]
  run(...values: SqlValue[]): { readonly changes: number | bigint }
}

/** The members that are used of `DatabaseSync` of `node:sqlite` and of a `Database` of better-sqlite3. */
export interface SqliteDriver {
  exec(sql: string): void
  prepare(sql: string): SqliteStatement
}

const DIALECT = { key: 'text', tableOptions: '', createFunction: () => '' }

/** Julian days; 2440587.5 is the epoch. It is read once a statement, after any wait for a lock. */
const NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)"

/** @param bindsByName Whether the driver refuses positional values for `?1`, as better-sqlite3 does: it takes `{ 1: … }`. */
export function sqliteDatabase(driver: SqliteDriver, bindsByName: boolean): ReturningDatabase {
  const prepared = new Map<string, SqliteStatement>()

  function statement(text: string): SqliteStatement {
    const known = prepared.get(text)
    if (known !== undefined) return known
    const fresh = driver.prepare(text.replaceAll('$', '?'))
    prepared.set(text, fresh)
    return fresh
  }

  function bound(values: readonly SqlValue[]): readonly SqlValue[] {
    if (!bindsByName || values.length === 0) return values
    const named: unknown = Object.fromEntries(values.map((value, index) => [index + 1, value]))
    return [named as SqlValue] // the boundary
  }

  return {
    kind: 'returning',
    rows: (text, values) => statement(text).all(...bound(values)) as SqlRow[], // the boundary
    changes: (text, values) => Number(statement(text).run(...bound(values)).changes),
    migrate(table, migrations) {
      driver.exec('BEGIN IMMEDIATE')
      try {
        runMigrations(driver, table, migrations)
        driver.exec('COMMIT')
      } catch (error) {
        rollBack(driver)
        throw error
      }
    },
    now: NOW,
    clock: NOW,
    lockSubject: () => '', // one statement writes at a time
    lacksTable: (error) => error instanceof Error && /^no such (table|column)\b/.test(error.message),
    hasCreateFunction: false,
  }
}

function rollBack(driver: SqliteDriver): void {
  try {
    driver.exec('ROLLBACK')
  } catch {
    // A full disk, for one, has rolled back already; what matters is the error that led here.
  }
}

function runMigrations(driver: SqliteDriver, table: string, migrations: SqlMigrations): void {
  const done = migrationsTable(table)
  driver.exec(`CREATE TABLE IF NOT EXISTS ${done} (version integer PRIMARY KEY)`)
  const versions = driver.prepare(`SELECT version FROM ${done}`).all().length
  for (const [version, migration] of migrations(table, DIALECT).entries()) {
    if (version < versions) continue
    driver.exec(migration)
    driver.prepare(`INSERT INTO ${done} VALUES (?)`).run(version + 1)
  }
}
