import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { keptGrant } from '../../lib/stores/contract/sample-grant.js'
import { SqlGrantStore } from '../../lib/stores/sql-grant-store.js'
import { onEveryStore } from './on-every-store.js'
import { freshName, openStore, removePlace } from './opened-store.js'

describe('SqlGrantStore', () => {
  test.each(['', 'Grants', '1grants', 'grants; drop table users', 'a.b', 'g"', 'ünicode', 'x'.repeat(51), 5, null])(
    'refuses table: %j',
    (table) => {
      const database = new DatabaseSync(':memory:')
      expect(() => new SqlGrantStore({ database, table: table as never })).toThrow(
        new TypeError(
          `table must be lower-case letters, digits and _, no digit first and 50 at most; it is ${JSON.stringify(table)}.`,
        ),
      )
      database.close()
    },
  )

  test('keeps two tables of one database apart', async () => {
    const database = new DatabaseSync(':memory:')
    const one = new SqlGrantStore({ database })
    const other = new SqlGrantStore({ database, table: 'x'.repeat(50) })
    await one.migrate()
    await other.migrate()
    const grant = await keptGrant(one)
    expect(await other.find(grant.id)).toBeUndefined()
    expect(await one.find(grant.id)).toEqual(grant)
    database.close()
  })

  test('migrates all or nothing', async () => {
    const database = new DatabaseSync(':memory:')
    database.exec('CREATE TABLE oauth_grants (id text)')
    await expect(new SqlGrantStore({ database }).migrate()).rejects.toThrow('already exists')
    expect(database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all()).toEqual([
      { name: 'oauth_grants' },
    ])
    database.exec('BEGIN; COMMIT') // no transaction was left open
    database.close()
  })
})

await onEveryStore(
  ({ place, store }) => {
    test('may be migrated again, by many at once, and keeps what is there', async () => {
      const grant = await keptGrant(store())
      const others = await Promise.all(Array.from({ length: 10 }, () => openStore(place)))
      for (const other of others) expect(await other.store.find(grant.id)).toEqual(grant)
      await Promise.all(others.map((other) => other.close()))
    })

    test('may be migrated by many at once when there is nothing yet', async () => {
      if (place.kind === 'sqlite') return // SQLite in one process does one thing at a time
      const fresh = { ...place, table: freshName() }
      const opened = await Promise.all(Array.from({ length: 10 }, () => openStore(fresh)))
      await Promise.all(opened.map((other) => other.close()))
      await removePlace(fresh)
    })
  },
  (kind) => kind === 'sqlite' || kind === 'postgres' || kind === 'mysql',
  { isContract: true },
)
