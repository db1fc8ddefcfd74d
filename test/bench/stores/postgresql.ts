import { Pool } from 'pg'
import { SqlGrantStore } from '../../../dist/index.js'
import type { OpenedStore } from './opened-store.js'

const connectionString = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/**
 * A table of its own in PostgreSQL; a pool of ten connections. With `on`, as in production, each commit reaches the disk
 * before it is answered; with `off` the table is as large, and is filled sooner.
 */
export async function openPostgresql(synchronousCommit: 'on' | 'off'): Promise<OpenedStore> {
  const pool = new Pool({ connectionString, max: 10, options: `-c synchronous_commit=${synchronousCommit}` })
  pool.on('error', () => {
    // an idle connection that is cut is replaced
  })
  const table = `bench_grants_${process.pid}`
  const store = new SqlGrantStore({ database: pool, table })
  await store.migrate()
  return {
    store,
    async bytes() {
      await pool.query(`VACUUM ${table}`) // as autovacuum does by and by; it gives no page back
      const { rows } = await pool.query<{ bytes: string }>('SELECT pg_total_relation_size($1) AS bytes', [table])
      return Number(rows[0]?.bytes)
    },
    async close() {
      await pool.query(`DROP TABLE ${table}, ${table}_spent, ${table}_migrations`)
      await pool.end()
    },
  }
}
