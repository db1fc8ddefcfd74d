import { createPool } from 'mysql2/promise'
import { SqlGrantStore } from '../../../dist/index.js'
import type { OpenedStore } from './opened-store.js'

const uri = process.env['BENCH_MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test'

/** Tables of its own in MariaDB; a pool of ten connections. As by default, each commit reaches the disk before it is answered. */
export async function openMariadb(): Promise<OpenedStore> {
  const pool = createPool({ uri, connectionLimit: 10 })
  const table = `bench_grants_${process.pid}`
  const store = new SqlGrantStore({ database: pool, table })
  await store.migrate()
  return {
    store,
    removesExpired: false,
    durable: () => Promise.resolve(store),
    async bytes() {
      const [rows] = await pool.query(
        'SELECT sum(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = database() AND table_name = ?',
        [table],
      )
      return Number((rows as { bytes: unknown }[])[0]?.bytes) // the boundary
    },
    async close() {
      await pool.query(`DROP TABLE ${table}, ${table}_spent, ${table}_revoked`)
      await pool.end()
    },
  }
}
