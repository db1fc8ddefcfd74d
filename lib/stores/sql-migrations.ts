/** Where the DDL of one database differs from that of the other. */
export interface SqlDialect {
  /** A text that is compared byte by byte. */
  readonly key: string
  /** What stands behind the columns of the table. */
  readonly tableOptions: string
  /** Makes what creates a grant, in a database where that takes more than one statement. Otherwise empty. */
  readonly createFunction: (table: string) => string
}

/** What brings a table to each version: the first entry to version 1, and so on. */
export type SqlMigrations = (table: string, dialect: SqlDialect) => readonly string[]

/**
 * What brings the table to each version: the first entry to version 1, and so on. An entry that was ever released is
 * never changed; a change is an entry more.
 *
 * `expires_at` has no index, because each rotation would have to move it there: pruning reads the whole table instead.
 */
export function sqlMigrations(table: string, { key, tableOptions, createFunction }: SqlDialect): readonly string[] {
  return [
    `CREATE TABLE ${table} (
       id ${key} PRIMARY KEY,
       subject ${key} NOT NULL,
       client_id text NOT NULL,
       scope text NOT NULL,
       generation bigint NOT NULL,
       created_at bigint NOT NULL,
       rotated_at bigint NOT NULL,
       ends_at bigint NOT NULL,
       expires_at bigint NOT NULL,
       last_outcome text,
       user_agent text,
       address text
     )${tableOptions};
     CREATE INDEX ${table}_subject ON ${table} (subject);`,
    `CREATE TABLE ${spentTable(table)} (id ${key} PRIMARY KEY, expires_at bigint NOT NULL);`,
    `CREATE TABLE ${revokedTable(table)} (
       subject ${key} PRIMARY KEY,
       revoked_at bigint NOT NULL,
       expires_at bigint NOT NULL
     );
     ${createFunction(table)}`,
  ]
}

/** The table of ids that are spent. */
export function spentTable(table: string): string {
  return `${table}_spent`
}

/** The table of subjects whose grants were all revoked lately, and when. */
export function revokedTable(table: string): string {
  return `${table}_revoked`
}

/** The table that remembers which migrations ran. */
export function migrationsTable(table: string): string {
  return `${table}_migrations`
}
