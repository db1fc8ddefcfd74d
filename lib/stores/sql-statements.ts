import { createFunctionName } from './postgres-create-function.js'
import type { ReturningDatabase } from './sql-database.js'
import { GRANT_COLUMNS } from './sql-grant-row.js'
import { revokedTable, spentTable } from './sql-migrations.js'

/** Each act is one statement, so that it is one round trip and the database keeps it from coming between another. */
export interface SqlStatements {
  /**
   * Binds the grant's values, the age of the login, and the grants that the subject may have or null. Returns the new grant,
   * and no row if it refuses the login; with `hasCreateFunction`, also the grants that it ended.
   */
  readonly create: string
  /** Binds the subject, the id that is kept, and how many grants are kept beside it. Returns the grants that it ended. */
  readonly endOldest: string
  /** Binds the id, the client, the presented generation, the next, the retry window and the idle lifetime. */
  readonly rotate: string
  readonly find: string
  /** Binds the subject and the limit. */
  readonly list: string
  readonly revoke: string
  /** Binds the subject and the lifetime of a login. */
  readonly refuseEarlierLogins: string
  /** Binds the subject, the id that is kept, and how many grants it ends at most. */
  readonly revokeSome: string
  /** Binds the subject and the id that is kept. Returns a row if a grant is left. */
  readonly isAnyLeft: string
  /** Binds the id, its lifetime, and the subject and the beginning of its login, or null. */
  readonly spend: string
  /** Binds the subject and the beginning of a login. Returns a row if the login is refused. */
  readonly isRefused: string
  readonly now: string
}

/** @param table A name that is an identifier. */
export function sqlStatements(
  table: string,
  {
    now,
    clock,
    lockSubject,
    hasCreateFunction,
  }: Pick<ReturningDatabase, 'now' | 'clock' | 'lockSubject' | 'hasCreateFunction'>,
): SqlStatements {
  const good = 'generation <= $3'
  // The window comes second, because PostgreSQL takes the type of $5 from where it stands first.
  const retried = `generation = $4 AND rotated_at >= ${now} - $5 AND $5 > 0`
  const revoked = revokedTable(table)
  const living = `subject = $1 AND expires_at > ${now} AND id <> $2`
  return {
    create: hasCreateFunction
      ? `SELECT ${GRANT_COLUMNS} FROM ${createFunctionName(table)}($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, ${now})`
      : `INSERT INTO ${table} (${GRANT_COLUMNS}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
           WHERE NOT EXISTS (SELECT 1 FROM ${revoked} WHERE subject = $2 AND revoked_at >= ${now} - $12)
           RETURNING ${GRANT_COLUMNS}`,
    endOldest: `DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table} WHERE ${living} ORDER BY created_at DESC, id LIMIT -1 OFFSET $3)
      RETURNING ${GRANT_COLUMNS}`,
    // Each CASE sees the row as it was. `last_outcome` is kept because RETURNING tells no more than the row as it is.
    rotate: `UPDATE ${table} SET
        last_outcome = CASE WHEN ${good} THEN 'rotated' WHEN ${retried} THEN 'retried' ELSE 'reused' END,
        generation = CASE WHEN ${good} THEN $4 ELSE generation END,
        rotated_at = CASE WHEN ${good} THEN ${clock} ELSE rotated_at END,
        expires_at = CASE WHEN ${good} THEN CASE WHEN ends_at < ${now} + $6 THEN ends_at ELSE ${now} + $6 END
                          WHEN ${retried} THEN expires_at
                          ELSE -expires_at END
      WHERE id = $1 AND client_id = $2 AND expires_at > ${now}
      RETURNING last_outcome, ${GRANT_COLUMNS}`,
    find: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE id = $1 AND expires_at > ${now}`,
    list: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE subject = $1 AND expires_at > ${now}
      ORDER BY created_at DESC, id LIMIT $2`,
    revoke: `DELETE FROM ${table} WHERE id = $1 AND expires_at > ${now} RETURNING ${GRANT_COLUMNS}`,
    // WHERE keeps SQLite from taking ON CONFLICT for a join.
    refuseEarlierLogins: `INSERT INTO ${revoked} (subject, revoked_at, expires_at)
      SELECT $1, ${clock}, ${clock} + $2 ${lockSubject(table, '$1')} WHERE true
      ON CONFLICT (subject) DO UPDATE SET revoked_at = excluded.revoked_at, expires_at = excluded.expires_at`,
    revokeSome: `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${living} LIMIT $3)`,
    isAnyLeft: `SELECT 1 FROM ${table} WHERE ${living} LIMIT 1`,
    spend: `INSERT INTO ${spentTable(table)} (id, expires_at) SELECT $1, ${now} + $2
      WHERE NOT EXISTS (SELECT 1 FROM ${revoked} WHERE subject = $3 AND revoked_at >= $4) ON CONFLICT DO NOTHING`,
    isRefused: `SELECT 1 FROM ${revoked} WHERE subject = $1 AND revoked_at >= $2`,
    now: `SELECT ${now} AS now`,
  }
}
