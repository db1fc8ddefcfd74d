import { lockedSubject, postgresCreateFunction } from './postgres-create-function.js'
import type { ReturningDatabase, SqlRow, SqlValue } from './sql-database.js'
import { migrationsTable, type SqlMigrations } from './sql-migrations.js'

/** The members that are used of a `Pool` of `pg`. */
export interface PostgresDriver {
  query(text: string, values?: SqlValue[]): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>
}

/** A page left a fifth empty has room for the next version of a row, so that a rotation need not touch the indexes. */
const DIALECT = {
  key: 'text COLLATE "C"',
  tableOptions: ' WITH (fillfactor = 80)',
  createFunction: postgresCreateFunction,
}

/** `undefined_table`, `undefined_column` and `undefined_function`. */
const NOT_MIGRATED = ['42P01', '42703', '42883']

/** Plain statements, no prepared ones: those are lost behind a pooler that gives each transaction another connection. */
export function postgresDatabase(driver: PostgresDriver): ReturningDatabase {
  return {
    kind: 'returning',
    rows: async (text, values) => (await driver.query(text, [...values])).rows as SqlRow[], // the boundary
    changes: async (text, values) => (await driver.query(text, [...values])).rowCount ?? 0,
    migrate: async (table, migrations) => {
      await driver.query(migrationScript(table, migrations))
    },
    now: 'CAST(extract(epoch FROM statement_timestamp()) * 1000 AS bigint)',
    clock: 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)',
    lockSubject: lockedSubject,
    lacksTable: (error) => error instanceof Error && 'code' in error && NOT_MIGRATED.includes(String(error.code)),
    hasCreateFunction: true,
  }
}

/** One query of several statements is one transaction on one connection, whatever pool runs it. */
function migrationScript(table: string, migrations: SqlMigrations): string {
  const done = migrationsTable(table)
  const steps = migrations(table, DIALECT).map(
    (migration, index) =>
      `IF NOT EXISTS (SELECT FROM ${done} WHERE version = ${index + 1}) THEN
         ${migration}
         INSERT INTO ${done} VALUES (${index + 1});
       END IF;`,
  )
  return `
    SELECT pg_advisory_xact_lock(hashtext('${done}'));
    CREATE TABLE IF NOT EXISTS ${done} (version integer PRIMARY KEY);
    DO $migrate$ BEGIN ${steps.join('\n')} END $migrate$;`
}
