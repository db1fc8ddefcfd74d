import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import { OAuthError } from 'express-oauth-password-grant'
import type { Pool as MysqlPool } from 'mysql2/promise'
import pg from 'pg'
import { openMysql } from './mysql.js'
import { reason } from './reason.js'
import type { Settings } from './settings.js'
import { StartFailure } from './start-failure.js'

/** What a statement takes, and what the columns of this application hold. */
export type Value = string | number | null

export type Row = Readonly<Record<string, Value>>

/** The words of a column that holds several with spaces between. */
export function words(value: Value | undefined): readonly string[] {
  return String(value ?? '').match(/\S+/g) ?? []
}

/** The one way in which this application speaks to SQLite, PostgreSQL, MySQL and MariaDB. */
export interface Database {
  /** The driver's own object, for what brings its own statements. */
  readonly driver: DatabaseSyncInstance | pg.Pool | MysqlPool
  /** One statement, `?` for each value. */
  query(sql: string, values?: readonly Value[]): Promise<readonly Row[]>
  /** Several statements without values, as one transaction that no other process comes between. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

const BUSY_MS = 5_000
const CONNECT_MS = 5_000
const QUERY_MS = 5_000
/** The file has the secret that signs tokens in it. */
const OWNER_ONLY = 0o600
/** Any number, as long as all processes take the same one. */
const SCRIPT_LOCK = 6749

/** @throws StartFailure where the database cannot be opened. */
export function openDatabase({ databaseFile, databaseUrl }: Settings): Promise<Database> {
  if (databaseUrl === undefined) return openSqlite(databaseFile)
  return databaseUrl.startsWith('mysql:') ? openMysql(databaseUrl) : openPostgres(databaseUrl)
}

async function openSqlite(file: string): Promise<Database> {
  const sqlite = await openSqliteFile(file)
  const statements = new Map<string, StatementSyncInstance>()
  return {
    driver: sqlite,
    query(sql, values = []) {
      const statement = statements.get(sql) ?? sqlite.prepare(sql)
      statements.set(sql, statement)
      return Promise.resolve(statement.all(...values) as Row[]) // the boundary: no column holds anything else
    },
    script(sql) {
      sqlite.exec(`begin immediate; ${sql}; commit`)
      return Promise.resolve()
    },
    close() {
      sqlite.close()
      return Promise.resolve()
    },
  }
}

async function openSqliteFile(path: string): Promise<DatabaseSyncInstance> {
  const file = resolve(path)
  try {
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a', OWNER_ONLY))
    const sqlite = new DatabaseSync(file, { timeout: BUSY_MS })
    await useWal(sqlite)
    sqlite.exec('pragma synchronous = full; begin immediate; commit')
    return sqlite
  } catch (error) {
    throw new StartFailure(
      `DATABASE_FILE must be a SQLite file that this user can write, or a path where one can be made; ${file} is not: ${reason(error)}.`,
      { cause: error },
    )
  }
}

/** Where two processes do this to a new file at once, SQLite does not wait for the other, whatever `timeout` says. */
async function useWal(sqlite: DatabaseSyncInstance): Promise<void> {
  const until = Date.now() + BUSY_MS
  for (;;) {
    try {
      sqlite.exec('pragma journal_mode = wal')
      return
    } catch (error) {
      if (!/locked/.test(reason(error)) || Date.now() > until) throw error
      await setTimeout(20)
    }
  }
}

async function openPostgres(url: string): Promise<Database> {
  const postgres = await connectedPool(url)
  return {
    driver: postgres,
    async query(sql, values = []) {
      let n = 0
      const text = sql.replaceAll('?', () => `$${String(++n)}`)
      const result = await postgres.query<Row>(text, [...values]).catch((error: unknown) => {
        throw unavailability(error) ?? error
      })
      return result.rows
    },
    async script(sql) {
      await postgres.query(`begin; select pg_advisory_xact_lock(${String(SCRIPT_LOCK)}); ${sql}; commit`)
    },
    close: () => postgres.end(),
  }
}

async function connectedPool(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, query_timeout: QUERY_MS })
  pool.on('error', (error) => {
    console.error(`PostgreSQL ended an idle connection: ${error.message}`)
  })
  try {
    await pool.query('select 1')
    return pool
  } catch (error) {
    await pool.end()
    throw new StartFailure(`DATABASE_URL names a PostgreSQL database that cannot be used: ${reason(error)}.`, {
      cause: error,
    })
  }
}

/** The refusal that a client is told while PostgreSQL is away, where that is what an error says. */
function unavailability(error: unknown): OAuthError | undefined {
  const code = error instanceof pg.DatabaseError ? error.code : undefined
  // Without a code the driver could not connect or got no answer; 08, 53 and 57 are classes of PostgreSQL's own.
  if (code !== undefined && !/^(08|53|57)/.test(code)) return undefined
  return new OAuthError('temporarily_unavailable', 'The server cannot reach its database.', {
    headers: { 'Retry-After': '5' },
    cause: error,
  })
}
