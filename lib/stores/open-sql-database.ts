import { mysqlDatabase, type MysqlDatabase, type MysqlDriver } from './mysql-database.js'
import { postgresDatabase, type PostgresDriver } from './postgres-database.js'
import type { ReturningDatabase } from './sql-database.js'
import { sqliteDatabase, type SqliteDriver } from './sqlite-database.js'
import { unsupportedDatabase } from './unsupported-databases.js'

/**
 * A `Pool` of `pg`, a pool of `mysql2/promise`, a `DatabaseSync` of `node:sqlite`, a `Database` of better-sqlite3, or an object with
 * the same members, such as `{ query(text, values) }` that resolves to `{ rows, rowCount }` of PostgreSQL.
 */
export type SqlDriver = SqliteDriver | PostgresDriver | MysqlDriver

const SUPPORTED =
  'a Pool of pg, a pool of mysql2/promise, a DatabaseSync of node:sqlite, a Database of better-sqlite3, or { query(text, values) } that resolves to { rows, rowCount }'

/** Recognises a driver by its members. @throws TypeError if it is none that a store can use. */
export function openSqlDatabase(driver: SqlDriver): MysqlDatabase | ReturningDatabase {
  // The boundary: a caller without TypeScript may give anything.
  const given: unknown = driver
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null) {
    throw new TypeError(`database must be ${SUPPORTED}; it is ${typeName(given)}.`)
  }
  const unsupported = unsupportedDatabase(given)
  if (unsupported !== undefined) {
    throw new TypeError(`database is ${unsupported.name}: ${unsupported.remedy}. It must be ${SUPPORTED}.`)
  }
  if (hasMethods(given, 'prepare', 'exec')) return sqliteDatabase(driver as SqliteDriver, hasMethods(given, 'pragma'))
  if (hasMethods(given, 'query', 'getConnection')) return mysqlDatabase(driver as MysqlDriver)
  if (hasMethods(given, 'query')) return postgresDatabase(driver as PostgresDriver)
  const members = Object.keys(given).slice(0, 10).join(', ') || 'no members'
  throw new TypeError(`database must be ${SUPPORTED}; it has ${members}, and none of these methods.`)
}

/** Never the value: a connection string holds a password. */
function typeName(given: unknown): string {
  if (typeof given === 'string') return 'a string: hand over what the driver creates from it'
  if (given === undefined) return 'undefined: give the store an object whose member database holds it'
  return given === null ? 'null' : typeof given
}

function hasMethods(given: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(given, name) === 'function')
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
