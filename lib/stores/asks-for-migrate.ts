import type { MaybePromise } from '../grant-store.js'
import type { MysqlDatabase } from './mysql-database.js'
import type { ReturningDatabase, SqlValue } from './sql-database.js'

/**
 * The same database, but statements that fail because the store's `migrate` was never called say so.
 * @param store What the documentation calls the store.
 */
export function asksForMigrate(
  database: MysqlDatabase | ReturningDatabase,
  table: string,
  store: 'grantStore' | 'limiterStore',
): MysqlDatabase | ReturningDatabase {
  function explain(cause: unknown): never {
    if (!database.lacksTable(cause)) throw cause
    throw new Error(
      `The table ${table} does not exist, or is of an older version: call await ${store}.migrate() when the app starts.`,
      { cause },
    )
  }

  function explained<T>(act: () => MaybePromise<T>): MaybePromise<T> {
    try {
      const outcome = act()
      return outcome instanceof Promise ? outcome.catch(explain) : outcome
    } catch (error) {
      return explain(error)
    }
  }

  const explaining = {
    rows: (statement: string, values: readonly SqlValue[]) => explained(() => database.rows(statement, values)),
    changes: (statement: string, values: readonly SqlValue[]) => explained(() => database.changes(statement, values)),
  }
  if (database.kind === 'returning') return { ...database, ...explaining }
  const write = async (statement: string, values: readonly SqlValue[]) =>
    database.write(statement, values).catch(explain)
  return { ...database, ...explaining, write }
}
