import type { SqlDialect } from './sql-migrations.js'

/**
 * The migrations of the table of limits, like `sqlMigrations` for that of grants. `reset_at` has no index: pruning reads the
 * whole table, and in return each failure writes to one index fewer.
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
