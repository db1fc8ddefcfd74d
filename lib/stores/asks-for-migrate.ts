import type { MaybePromise } from '../grant-store.js'
import type { SqlDatabase } from './sql-database.js'

/**
 * The same database, but statements that fail because {@link SqlDatabase.migrate} was never called say so.
 * @param store What the documentation calls the store.
 */
export function asksForMigrate(
  database: SqlDatabase,
  table: string,
  store: 'grantStore' | 'limiterStore',
): SqlDatabase {
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

  return {
    ...database,
    rows: (statement, values) => explained(() => database.rows(statement, values)),
    changes: (statement, values) => explained(() => database.changes(statement, values)),
  }
}
