import { DatabaseSync } from '@photostructure/sqlite'
import { Redis } from 'ioredis'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import type { GrantStore } from '../../lib/index.js'
import type { StorePlace } from '../stores/opened-store.js'

/** All that a place holds, as its server tells it, so that any change to it shows: a row that is written anew included. */
export async function storedRows(place: StorePlace, store: GrantStore, subjects: readonly string[]): Promise<string> {
  switch (place.kind) {
    case 'memory':
      return JSON.stringify(await Promise.all(subjects.map(async (subject) => store.list(subject, 1000))))
    case 'sqlite': {
      const database = new DatabaseSync(place.file)
      const rows = database.prepare('SELECT rowid, * FROM oauth_grants ORDER BY rowid').all()
      database.close()
      return JSON.stringify(rows)
    }
    case 'postgres': {
      const client = new Client(place.url)
      await client.connect()
      const { rows } = await client.query<Record<string, unknown>>(
        `SELECT xmin::text, ctid::text, * FROM ${place.table} ORDER BY ctid`,
      )
      await client.end()
      return JSON.stringify(rows)
    }
    case 'mysql': {
      const connection = await createConnection(place.url)
      const [rows] = await connection.query(`SELECT * FROM ${place.table} ORDER BY id`)
      await connection.end()
      return JSON.stringify(rows)
    }
    case 'redis': {
      const client = new Redis(place.url)
      const keys = (await client.keys(`${place.prefix}*`)).sort()
      const values = await Promise.all(keys.map((key) => client.hgetall(key)))
      client.disconnect()
      return JSON.stringify([keys, values])
    }
  }
}
