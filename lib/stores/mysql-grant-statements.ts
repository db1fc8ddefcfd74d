import { GRANT_COLUMNS } from './sql-grant-row.js'
import { revokedTable, spentTable } from './sql-migrations.js'

/** What the acts of `MysqlGrantActs` are made of. Each statement is one transaction. */
export interface MysqlGrantStatements {
  /** Binds the grant's values. */
  readonly insert: string
  /**
   * Binds the subject, the age of the login and the id of its grant. Returns one row: whether the login is `refused`, and how many
   * living grants the subject has beside this one.
   */
  readonly afterInsert: string
  /** Binds the subject, the id that is kept, how many are kept beside it, and how many it returns at most. */
  readonly excess: string
  /** Binds the id, the client and the retry window. Returns the grant, and whether a retry is `in_window`. */
  readonly look: string
  /** Binds the id, the generation that was seen, the next, and the idle lifetime. Its `insertId` is when it rotated. */
  readonly advance: string
  /** Ends a living grant if it still has the generation that was seen. Binds the id and the generation. */
  readonly endSeen: string
  readonly find: string
  readonly list: string
  /** Ends a living grant. Binds the id. */
  readonly end: string
  /** Binds the subject and the lifetime of a login. */
  readonly refuseEarlierLogins: string
  /** Binds the subject, the id that is kept, and how many grants it ends at most. */
  readonly endSome: string
  /** Binds the id and its lifetime. */
  readonly spend: string
  /** Binds the same, and the subject and the beginning of its login. Inserts nothing if the login is refused. */
  readonly spendOfLogin: string
  readonly now: string
}

/** How long a statement waits for the lock of another one, in milliseconds: a little more than the default. */
const LONGEST_WAIT = 60_000

/**
 * @param table A name that is an identifier.
 * @param now The database's clock, the same throughout a statement.
 */
export function mysqlGrantStatements(table: string, now: string): MysqlGrantStatements {
  const revoked = revokedTable(table)
  const spent = spentTable(table)
  const others = `subject = $1 AND expires_at > ${now}`
  return {
    insert: `INSERT INTO ${table} (${GRANT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    afterInsert: `SELECT
      EXISTS (SELECT 1 FROM ${revoked} WHERE subject = $1 AND revoked_at >= ${now} - $2) AS refused,
      (SELECT count(*) FROM ${table} WHERE ${others} AND id <> $3) AS others`,
    excess: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE ${others} AND id <> $2
      ORDER BY created_at DESC, id LIMIT $4 OFFSET $3`,
    look: `SELECT ${GRANT_COLUMNS}, ($3 > 0 AND rotated_at >= ${now} - $3) AS in_window FROM ${table}
      WHERE id = $1 AND client_id = $2 AND expires_at > ${now}`,
    // No assignment reads a column that another one sets: MySQL would see the new value.
    advance: `UPDATE ${table} SET
        generation = $3, rotated_at = LAST_INSERT_ID(${now}), expires_at = LEAST(ends_at, ${now} + $4)
      WHERE id = $1 AND generation = $2 AND expires_at > ${now}`,
    endSeen: `DELETE FROM ${table} WHERE id = $1 AND generation = $2 AND expires_at > ${now}`,
    find: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE id = $1 AND expires_at > ${now}`,
    list: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE ${others} ORDER BY created_at DESC, id LIMIT $2`,
    end: `DELETE FROM ${table} WHERE id = $1 AND expires_at > ${now}`,
    // The later of two at once counts, whichever commits first; but not a time before the clock was set back.
    refuseEarlierLogins: `INSERT INTO ${revoked} (subject, revoked_at, expires_at) VALUES ($1, ${now}, ${now} + $2)
      ON DUPLICATE KEY UPDATE
        revoked_at = IF(revoked_at BETWEEN ${now} AND ${now} + ${LONGEST_WAIT}, revoked_at, ${now}),
        expires_at = GREATEST(expires_at, ${now} + $2)`,
    endSome: `DELETE FROM ${table} WHERE ${others} AND id <> $2 LIMIT $3`,
    spend: `INSERT INTO ${spent} (id, expires_at) VALUES ($1, ${now} + $2)`,
    spendOfLogin: `INSERT INTO ${spent} (id, expires_at) SELECT $1, ${now} + $2 FROM DUAL
      WHERE NOT EXISTS (SELECT 1 FROM ${revoked} WHERE subject = $3 AND revoked_at >= $4)`,
    now: `SELECT ${now} AS now`,
  }
}
