/** Each act is one statement, so that it is one round trip and counts are exact however many processes count at once. */
export interface SqlLimiterStatements {
  /** Binds the key and the window in milliseconds. */
  readonly increment: string
  readonly get: string
  readonly decrement: string
  readonly resetKey: string
  readonly prune: string
}

/**
 * The clock is the database's: windows are one for all processes, whatever their own clocks say. What is left of a window is
 * answered and not when it ends, for the same reason.
 * @param table A name that is an identifier.
 * @param now The database's clock, the same all through a statement.
 */
export function sqlLimiterStatements(table: string, now: string): SqlLimiterStatements {
  const counted = `hits, reset_at - ${now} AS milliseconds_left`
  return {
    increment: `INSERT INTO ${table} AS counted (key, hits, reset_at) VALUES ($1, 1, ${now} + $2)
      ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN counted.reset_at <= ${now} THEN 1 ELSE counted.hits + 1 END,
        reset_at = CASE WHEN counted.reset_at <= ${now} THEN excluded.reset_at ELSE counted.reset_at END
      RETURNING ${counted}`,
    get: `SELECT ${counted} FROM ${table} WHERE key = $1 AND reset_at > ${now}`,
    decrement: `UPDATE ${table} SET hits = hits - 1 WHERE key = $1 AND hits > 0 AND reset_at > ${now}`,
    resetKey: `DELETE FROM ${table} WHERE key = $1`,
    prune: `DELETE FROM ${table} WHERE reset_at <= ${now}`,
  }
}
