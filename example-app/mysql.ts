import { OAuthError } from 'express-oauth-password-grant'
import { createPool, type Pool, type ResultSetHeader } from 'mysql2/promise'
import type { Database, Row } from './database.js'
import { reason } from './reason.js'
import { StartFailure } from './start-failure.js'

const CONNECT_MS = 5_000
const QUERY_MS = 5_000

/** "Duplicate key name": another process has created the index, or an earlier start. */
const INDEX_EXISTS = 1061

/** @throws StartFailure if the database cannot be used. */
export async function openMysql(url: string): Promise<Database> {
  const pool = createPool({ uri: url, connectTimeout: CONNECT_MS })
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw new StartFailure(`DATABASE_URL names a MySQL database that cannot be used: ${reason(error)}.`, {
      cause: error,
    })
  }
  return {
    driver: pool,
    async query(sql, values = []) {
      const [result] = await pool
        .query({ sql: statement(sql), values: [...values], timeout: QUERY_MS })
        .catch((error: unknown) => {
          throw unavailability(error) ?? error
        })
      if (Array.isArray(result)) return result as Row[] // the boundary: no column holds anything else
      return Array.from({ length: (result as ResultSetHeader).affectedRows }, () => ({}))
    },
    async script(sql) {
      for (const part of sql.split(';')) if (part.trim() !== '') await runDefinition(pool, part)
    },
    close: () => pool.end(),
  }
}

/** What PostgreSQL and SQLite understand, as MySQL and MariaDB say it. */
function statement(sql: string): string {
  const upsert = /on conflict \(\w+\) do update set ([^]*?)(?:\s+where \w+\.([^]*))?$/.exec(sql)
  if (upsert !== null) {
    const [whole, assignments = '', condition] = upsert
    const assigned = assignments.replaceAll(/(\w+) = excluded\.(\w+)/g, (_, column: string) =>
      condition === undefined
        ? `${column} = values(${column})`
        : `${column} = if(${condition}, values(${column}), ${column})`,
    )
    return sql.replace(whole, `on duplicate key update ${assigned}`)
  }
  if (sql.includes('on conflict do nothing')) {
    return sql.replace('insert into', 'insert ignore into').replace('on conflict do nothing', '')
  }
  return sql.replace(/ returning \w+$/, '')
}

/** Creates a table or an index unless it is there. */
async function runDefinition(pool: Pool, sql: string): Promise<void> {
  if (!sql.includes('create index')) {
    const keys = sql.replaceAll(/text (primary key|not null unique)/g, 'varchar(255) $1')
    await pool.query(`${keys} character set utf8mb4 collate utf8mb4_bin`)
    return
  }
  try {
    await pool.query(sql.replace(' if not exists', '').replace('(owner, name)', '(owner(100), name(100))'))
  } catch (error) {
    if (!(error instanceof Error && 'errno' in error && error.errno === INDEX_EXISTS)) throw error
  }
}

/** The refusal that a client is told while the database is away, if that is what an error says. */
function unavailability(error: unknown): OAuthError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Errors of the server begin with ER_; those of the driver and of the network do not.
  if (code.startsWith('ER_') && code !== 'ER_SERVER_SHUTDOWN' && code !== 'ER_CON_COUNT_ERROR') return undefined
  return new OAuthError('temporarily_unavailable', 'The server cannot reach its database.', {
    headers: { 'Retry-After': '5' },
    cause: error,
  })
}
