import type { SqlDialect } from './sql-migrations.js'

/**
 * What brings the table of limits to each version, as `sqlMigrations` does that of grants. `reset_at` has no index: pruning
 * reads the whole table, and each failure writes to one index less.
 */
export function sqlLimiterMigrations(table: string, { key, tableOptions }: SqlDialect): readonly string[] {
  return [
    `CREATE TABLE ${table} (
       key ${key} PRIMARY KEY,
       hits bigint NOT NULL,
       reset_at bigint NOT NULL
     )${tableOptions};`,
  ]
}
