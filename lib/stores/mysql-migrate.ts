import { LONGEST_KEY, type MysqlDatabase } from './mysql-database.js'
import { revokedTable, spentTable } from './sql-migrations.js'

/** A text that is compared byte by byte: `utf8mb4_bin` pads with spaces. */
const KEY = `varbinary(${LONGEST_KEY})`
/** Whatever the database's defaults: other row formats index 767 bytes, other engines have no transactions. */
const TABLE_OPTIONS = 'ENGINE = InnoDB ROW_FORMAT = DYNAMIC'

/**
 * Creates what is missing. In MySQL each such statement commits by itself, so there is no migration that happens whole or not at
 * all: each statement here may be repeated, and any number of processes may send it at once. A later version adds statements; for a
 * new column it ignores the error that the column is there.
 */
async function createTables(database: MysqlDatabase, tables: Readonly<Record<string, string>>): Promise<void> {
  for (const [table, columns] of Object.entries(tables)) {
    await database.write(`CREATE TABLE IF NOT EXISTS ${table} (${columns}) ${TABLE_OPTIONS}`, [])
  }
}

export async function migrateMysqlGrants(database: MysqlDatabase, table: string): Promise<void> {
  await createTables(database, {
    [table]: `
      id ${KEY} PRIMARY KEY,
      subject ${KEY} NOT NULL,
      client_id blob NOT NULL,
      scope blob NOT NULL,
      generation bigint NOT NULL,
      created_at bigint NOT NULL,
      rotated_at bigint NOT NULL,
      ends_at bigint NOT NULL,
      expires_at bigint NOT NULL,
      user_agent blob,
      address blob,
      KEY ${table}_subject (subject)`,
    [spentTable(table)]: `id ${KEY} PRIMARY KEY, expires_at bigint NOT NULL`,
    [revokedTable(table)]: `subject ${KEY} PRIMARY KEY, revoked_at bigint NOT NULL, expires_at bigint NOT NULL`,
  })
}

export async function migrateMysqlLimits(database: MysqlDatabase, table: string): Promise<void> {
  await createTables(database, {
    [table]: `limit_key ${KEY} PRIMARY KEY, hits bigint NOT NULL, reset_at bigint NOT NULL`,
  })
}
