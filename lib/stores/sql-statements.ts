import { GRANT_COLUMNS } from './sql-grant-row.js'
import { spentTable } from './sql-migrations.js'

/** Each act is one statement, so that it is one round trip and the database keeps it from coming between another. */
export interface SqlStatements {
  readonly create: string
  /** Binds the id, the client, the presented generation, the next, now, the retry window's start, the idle expiry. */
  readonly rotate: string
  readonly find: string
  readonly list: string
  readonly revoke: string
  readonly revokeAll: string
  readonly spend: string
  readonly prune: string
  readonly pruneSpent: string
}

/**
 * @param table A name that is an identifier.
 * @param clock The database's own clock.
 */
export function sqlStatements(table: string, clock: string): SqlStatements {
  const good = 'generation <= $3'
  const retried = 'generation = $4 AND rotated_at >= $6'
  return {
    create: `INSERT INTO ${table} (${GRANT_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    // Each CASE sees the row as it was. `last_outcome` is kept because RETURNING tells no more than the row as it is.
    rotate: `UPDATE ${table} SET
        last_outcome = CASE WHEN ${good} THEN 'rotated' WHEN ${retried} THEN 'retried' ELSE 'reused' END,
        generation = CASE WHEN ${good} THEN $4 ELSE generation END,
        rotated_at = CASE WHEN NOT ${good} THEN rotated_at WHEN ${clock} > $5 THEN ${clock} ELSE $5 END,
        expires_at = CASE WHEN ${good} THEN CASE WHEN ends_at < $7 THEN ends_at ELSE $7 END
                          WHEN ${retried} THEN expires_at
                          ELSE -expires_at END
      WHERE id = $1 AND client_id = $2 AND expires_at > $5
      RETURNING last_outcome, ${GRANT_COLUMNS}`,
    find: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE id = $1 AND expires_at > $2`,
    list: `SELECT ${GRANT_COLUMNS} FROM ${table} WHERE subject = $1 AND expires_at > $2`,
    revoke: `DELETE FROM ${table} WHERE id = $1 AND expires_at > $2 RETURNING ${GRANT_COLUMNS}`,
    revokeAll: `DELETE FROM ${table} WHERE subject = $1 AND expires_at > $2 AND id <> $3`,
    spend: `INSERT INTO ${spentTable(table)} (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
    prune: `DELETE FROM ${table} WHERE expires_at <= $1`,
    pruneSpent: `DELETE FROM ${spentTable(table)} WHERE expires_at <= $1`,
  }
}
