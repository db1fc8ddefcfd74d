import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, test } from 'vitest'
import { SqlGrantStore } from '../../lib/stores/sql-grant-store.js'
import { program } from '../program.js'
import { freshDirectory } from './opened-store.js'

const ROWS = 50_000
const LIVING = 100
/** Of the writer, which fails if it waits longer for the lock. Milliseconds. */
const BUSY_TIMEOUT = 2500

test('prune lets another process write and this one answer while it removes 50,000 rows from SQLite', async () => {
  const directory = freshDirectory()
  const file = join(directory, 'grants.db')
  const database = new DatabaseSync(file)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = wal; PRAGMA synchronous = full')
  const store = new SqlGrantStore({ database })
  await store.migrate()
  database.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${ROWS + LIVING})
    INSERT INTO oauth_grants (id, subject, client_id, scope, generation, created_at, rotated_at, ends_at, expires_at)
    SELECT lower(hex(randomblob(16))), 'user-' || n, 'web', '', 0, 0, 0, 0, CASE WHEN n <= ${LIVING} THEN 9e12 ELSE n END
    FROM numbers`)
  const { file: writing, nodeArguments } = program('test/stores/writing-process.ts')
  const writer = fork(writing, [file, String(BUSY_TIMEOUT)], { execArgv: [...nodeArguments] })
  await once(writer, 'message')

  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const removed = await store.prune({ batchSize: 1000 })
  clearInterval(timer)
  const told = once(writer, 'message')
  writer.send('stop')
  const [report] = (await told) as [{ readonly writes: number; readonly error?: string }]
  writer.disconnect()

  expect(removed).toBe(ROWS)
  expect(database.prepare('SELECT count(*) AS count FROM oauth_grants').all()).toEqual([{ count: LIVING }])
  expect(turns).toBeGreaterThanOrEqual(ROWS / 1000)
  expect(report.error).toBeUndefined()
  expect(report.writes).toBeGreaterThan(5)
  database.close()
  rmSync(directory, { recursive: true })
})

test.each([0, -1, 1.5, NaN, Infinity, '5', null])('prune refuses batchSize: %s', async (batchSize) => {
  const database = new DatabaseSync(':memory:')
  await expect(new SqlGrantStore({ database }).prune({ batchSize: batchSize as never })).rejects.toThrow(
    new TypeError(`batchSize must be a whole number from 1; it is ${String(batchSize)}.`),
  )
  database.close()
})
