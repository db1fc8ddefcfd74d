import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'pg'
import { SqlGrantStore } from '../../../dist/index.js'
import type { OpenedStore } from './opened-store.js'

const connectionString = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** An idle connection reports its statistics within ten seconds. */
const STATISTICS_MS = 30_000

/**
 * A table of its own in PostgreSQL; a pool of ten connections. With `on`, as in production, each commit reaches the disk
 * before it is answered; with `off` the table is as large, and is filled sooner.
 */
export async function openPostgresql(synchronousCommit: 'on' | 'off'): Promise<OpenedStore> {
  const pool = newPool(synchronousCommit)
  const table = `bench_grants_${process.pid}`
  const store = new SqlGrantStore({ database: pool, table })
  await store.migrate()
  const opened = new Set([pool])
  return {
    store,
    removesExpired: false,
    durable() {
      const durable = newPool('on')
      opened.add(durable)
      return Promise.resolve(new SqlGrantStore({ database: durable, table }))
    },
    async hotUpdates(rotations) {
      const started = Date.now()
      for (;;) {
        const { rows } = await pool.query<{ all: string; hot: string }>(
          'SELECT n_tup_upd AS all, n_tup_hot_upd AS hot FROM pg_stat_user_tables WHERE relname = $1',
          [table],
        )
        const { all = '0', hot = '0' } = rows[0] ?? {}
        if (Number(all) >= rotations) return Number(hot) / Number(all)
        if (Date.now() - started > STATISTICS_MS) throw new Error('PostgreSQL has not counted the updates.')
        await sleep(500)
      }
    },
    async bytes() {
      await pool.query(`VACUUM ${table}`) // as autovacuum does by and by; it gives no page back
      const { rows } = await pool.query<{ bytes: string }>('SELECT pg_total_relation_size($1) AS bytes', [table])
      return Number(rows[0]?.bytes)
    },
    async close() {
      await pool.query(`DROP TABLE ${table}, ${table}_spent, ${table}_revoked, ${table}_migrations CASCADE`)
      await Promise.all([...opened].map((one) => one.end()))
    },
  }
}

function newPool(synchronousCommit: 'on' | 'off'): Pool {
  const pool = new Pool({ connectionString, max: 10, options: `-c synchronous_commit=${synchronousCommit}` })
  pool.on('error', () => {
    // an idle connection that is cut is replaced
  })
  return pool
}
