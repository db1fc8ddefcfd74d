import { requireKey, type MysqlDatabase } from './mysql-database.js'
import type { SqlRow } from './sql-database.js'

/** As much of the end of a window as is sent with the count. Their sum stays an exact number up to eight thousand million hits. */
const TAGS = 2 ** 20

/** A window that no count is in. */
const NO_WINDOW = 1

/**
 * Counts a hit. MySQL returns no rows of a statement that changes some, but one number, `LAST_INSERT_ID`: the count, exactly as this
 * statement left it, with the last digits of the end of its window. A second statement reads the whole end. If its last digits are
 * others, the window ended in between, or its count was cleared.
 */
export async function mysqlIncrement(
  database: MysqlDatabase,
  table: string,
  key: string,
  windowMs: number,
): Promise<SqlRow> {
  requireKey('the key of a limit', key)
  const { count, look } = statements(table, database.now)
  const { insertId } = await database.write(count, [key, windowMs])
  const [row] = await database.rows(look, [key])
  const hits = Math.floor(insertId / TAGS)
  if (row !== undefined && Number(row['reset_at']) % TAGS === insertId % TAGS) return { ...row, hits }
  return { hits, reset_at: NO_WINDOW, milliseconds_left: 0 }
}

function statements(table: string, now: string) {
  const isOver = `reset_at <= ${now}`
  const tagged = (hits: string, end: string) => `LAST_INSERT_ID((${hits}) * ${TAGS} + (${end}) % ${TAGS}) DIV ${TAGS}`
  return {
    // `reset_at` comes last, because MySQL assigns from left to right, and `hits` depends on the old one.
    count: `INSERT INTO ${table} (limit_key, hits, reset_at) VALUES ($1, ${tagged('1', `${now} + $2`)}, ${now} + $2)
      ON DUPLICATE KEY UPDATE
        hits = ${tagged(`IF(${isOver}, 1, hits + 1)`, `IF(${isOver}, ${now} + $2, reset_at)`)},
        reset_at = IF(${isOver}, ${now} + $2, reset_at)`,
    look: `SELECT reset_at, reset_at - ${now} AS milliseconds_left FROM ${table} WHERE limit_key = $1`,
  }
}
