import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { SqlGrantStore } from '../../../dist/index.js'
import type { OpenedStore } from './opened-store.js'

/**
 * An SQLite file. With `full`, as in production, each commit reaches the disk before it is answered; with `off` the
 * file is as large, and is filled sooner.
 */
export async function openSqlite(synchronous: 'full' | 'off'): Promise<OpenedStore> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-sqlite-'))
  const file = join(directory, 'grants.db')
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA journal_mode = wal; PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = 5000`)
  const store = new SqlGrantStore({ database })
  await store.migrate()
  return {
    store,
    removesExpired: false,
    durable() {
      database.exec('PRAGMA synchronous = full')
      return Promise.resolve(store)
    },
    bytes() {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      return Promise.resolve(statSync(file).size)
    },
    close() {
      database.close()
      rmSync(directory, { recursive: true })
      return Promise.resolve()
    },
  }
}
