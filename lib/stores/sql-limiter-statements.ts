import type { MysqlDatabase } from './mysql-database.js'
import type { ReturningDatabase } from './sql-database.js'

type LimiterDatabase = Pick<MysqlDatabase | ReturningDatabase, 'kind' | 'now'>

/** Each statement is one atomic act and one round trip, so that counts are exact however many processes count at once. */
export interface SqlLimiterStatements {
  /** Binds the key and the window's length in milliseconds. Not for MySQL, which returns no rows: see `mysqlIncrement`. */
  readonly increment: string
  readonly get: string
  /** Takes back a hit that is not the last. Binds the key, and the window that the hit is in, or 0 for any. */
  readonly decrement: string
  /** Deletes the row whose only hit is taken back. Binds the same. */
  readonly removeLast: string
  readonly resetKey: string
}

/**
 * The database's clock decides, so that all processes see the same windows whatever their own clocks say. For the same reason
 * the statements return how much of a window is left rather than when it ends.
 * @param table A name that is an identifier.
 */
export function sqlLimiterStatements(table: string, database: LimiterDatabase): SqlLimiterStatements {
  const { now } = database
  const keyIs = `${limitKeyColumn(database)} = $1`
  const counted = `hits, reset_at, reset_at - ${now} AS milliseconds_left`
  const inWindow = `${keyIs} AND reset_at > ${now} AND (reset_at = $2 OR $2 = 0)`
  return {
    increment: `INSERT INTO ${table} AS counted (key, hits, reset_at) VALUES ($1, 1, ${now} + $2)
      ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counted.reset_at <= ${now} THEN 1 ELSE counted.hits + 1 END,
        reset_at = CASE WHEN counted.reset_at <= ${now} THEN excluded.reset_at ELSE counted.reset_at END
      RETURNING ${counted}`,
    get: `SELECT ${counted} FROM ${table} WHERE ${keyIs} AND reset_at > ${now}`,
    decrement: `UPDATE ${table} SET hits = hits - 1 WHERE ${inWindow} AND hits > 1`,
    removeLast: `DELETE FROM ${table} WHERE ${inWindow} AND hits <= 1`,
    resetKey: `DELETE FROM ${table} WHERE ${keyIs}`,
  }
}

/** `key` is a word of MySQL's own. */
export function limitKeyColumn({ kind }: Pick<LimiterDatabase, 'kind'>): string {
  return kind === 'mysql' ? 'limit_key' : 'key'
}
