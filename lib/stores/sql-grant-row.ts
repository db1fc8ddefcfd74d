import type { Grant } from '../grant.js'
import type { SqlRow, SqlValue } from './sql-database.js'

/** The columns of a grant, in the order of {@link grantValues}. */
export const GRANT_COLUMNS =
  'id, subject, client_id, scope, generation, created_at, rotated_at, ends_at, expires_at, user_agent, address'

export function grantValues(grant: Grant): SqlValue[] {
  return [
    grant.id,
    grant.subject,
    grant.clientId,
    grant.scope,
    grant.generation,
    grant.createdAt,
    grant.rotatedAt,
    grant.endsAt,
    grant.expiresAt,
    grant.userAgent ?? null,
    grant.address ?? null,
  ]
}

/** PostgreSQL answers a bigint as a text, SQLite as a number or a bigint. */
export function grantOfRow(row: SqlRow): Grant {
  const userAgent = row['user_agent']
  const address = row['address']
  return {
    id: String(row['id']),
    subject: String(row['subject']),
    clientId: String(row['client_id']),
    scope: String(row['scope']),
    generation: Number(row['generation']),
    createdAt: Number(row['created_at']),
    rotatedAt: Number(row['rotated_at']),
    endsAt: Number(row['ends_at']),
    // The tombstone of a grant that was reused holds its time with the sign turned.
    expiresAt: Math.abs(Number(row['expires_at'])),
    ...(typeof userAgent === 'string' && { userAgent }),
    ...(typeof address === 'string' && { address }),
  }
}
