import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlDatabase } from './sql-database.js'

/** How many rows one step looks at unless told otherwise: a few milliseconds of work on SQLite. */
const BATCH_SIZE = 2000

/** The least pause between two steps, in milliseconds: a writer that waits for SQLite's lock asks again every few. */
const LEAST_PAUSE = 10

/** What is pruned of a table. */
export interface Prunable {
  readonly table: string
  /** Its primary key, a text. */
  readonly key: string
  /** The column of the time from which on a row is of no use. */
  readonly expiry: string
}

/**
 * Removes the expired rows of a table step by step along its primary key, each step one statement about a bounded number of
 * rows, with pauses at least as long as the steps: other requests of the process and other writers of the database get their
 * turn. No index on the expiry is needed, which each refresh would have to move. Resolves to how many rows went.
 */
export async function pruneInSteps(
  database: SqlDatabase,
  { table, key, expiry }: Prunable,
  batchSize = BATCH_SIZE,
): Promise<number> {
  const bound = `SELECT ${key} AS bound FROM ${table} WHERE ${key} > $1 ORDER BY ${key} LIMIT 1 OFFSET $2`
  const remove = `DELETE FROM ${table} WHERE ${key} > $1 AND ${expiry} <= ${database.now}`
  let from = ''
  let removed = 0
  for (;;) {
    const started = performance.now()
    const [row] = await database.rows(bound, [from, batchSize - 1])
    if (row === undefined) return removed + (await database.changes(remove, [from]))
    const to = String(row['bound'])
    removed += await database.changes(`${remove} AND ${key} <= $2`, [from, to])
    from = to
    await sleep(Math.max(LEAST_PAUSE, performance.now() - started))
  }
}

/** @throws TypeError if it is neither `undefined` nor a whole number from 1. */
export function batchSizeOf(batchSize: number | undefined): number | undefined {
  if (batchSize === undefined || (Number.isSafeInteger(batchSize) && batchSize > 0)) return batchSize
  throw new TypeError(`batchSize must be a whole number from 1; it is ${String(batchSize)}.`)
}
