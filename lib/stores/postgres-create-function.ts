import { GRANT_COLUMNS } from './sql-grant-row.js'
import { revokedTable } from './sql-migrations.js'

/** The name of the function, which lies beside its table. */
export function createFunctionName(table: string): string {
  return `${table}_create`
}

/**
 * A function that creates a grant in one round trip. One statement could not: it sees what was committed before it began, so that
 * a grant created while `revokeAll` runs would neither see the revocation nor be seen by it. Each statement of a function sees
 * what was committed before that statement, and the shared lock has either `revokeAll` wait for the new grant, or the function
 * for the revocation. Creations do not wait for each other.
 *
 * Its parameters are the values of {@link GRANT_COLUMNS}, the age of the login, the grants that the subject may have or null,
 * and the time. It returns the new grant first and then those that it ended, or no row if it refuses the login.
 */
export function postgresCreateFunction(table: string): string {
  const types = GRANT_COLUMNS.split(', ').map((column) =>
    column.endsWith('_at') || column === 'generation' ? 'bigint' : 'text',
  )
  return `CREATE FUNCTION ${createFunctionName(table)}(${types.join(', ')}, bigint, bigint, bigint)
     RETURNS SETOF ${table} LANGUAGE plpgsql AS $create$
     BEGIN
       PERFORM pg_advisory_xact_lock_shared(${lockKeys(table, '$2')});
       IF EXISTS (SELECT FROM ${revokedTable(table)} WHERE subject = $2 AND revoked_at >= $14 - $12) THEN
         RETURN;
       END IF;
       RETURN QUERY INSERT INTO ${table} (${GRANT_COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${table}.*;
       IF $13 IS NOT NULL THEN
         RETURN QUERY DELETE FROM ${table} WHERE id IN (
           SELECT id FROM ${table} WHERE subject = $2 AND expires_at > $14 AND id <> $1
             ORDER BY created_at DESC, id OFFSET $13 - 1 FOR UPDATE SKIP LOCKED) RETURNING ${table}.*;
       END IF;
     END $create$;`
}

/**
 * Has a statement wait until creations of the subject that have begun are over, and those that come later wait for the statement. It
 * stands in FROM because PostgreSQL does not execute a WITH query that nothing refers to.
 */
export function lockedSubject(table: string, subject: string): string {
  return `FROM pg_advisory_xact_lock(${lockKeys(table, subject)}) AS locked`
}

function lockKeys(table: string, subject: string): string {
  return `hashtext('${table}'), hashtext(${subject})`
}
