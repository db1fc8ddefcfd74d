import { EventEmitter, once } from 'node:events'
import { createPool, type Pool, type PoolOptions } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  keep,
  keptGrant,
  LOGIN_LIFETIME,
  MINUTE,
  refresh,
  sampleGrant,
  times,
} from '../../lib/stores/contract/sample-grant.js'
import type { MysqlQuery } from '../../lib/stores/mysql-database.js'
import { SqlGrantStore } from '../../lib/stores/sql-grant-store.js'
import { SqlLimiterStore } from '../../lib/stores/sql-limiter-store.js'
import { grantStoreContract } from '../../lib/stores/store-contract.js'
import { MARIADB_URL } from '../servers.js'
import { missingServer } from './on-every-store.js'
import { freshName } from './opened-store.js'

const reason = await missingServer('MariaDB', MARIADB_URL)
/** A pool with settings of its own, for its connections and for each session. */
function openPool(options: PoolOptions = {}, session = ''): Pool {
  const pool = createPool({ uri: MARIADB_URL, connectionLimit: 5, ...options })
  // The pool's event hands over the connection before the first query is sent on it.
  if (session !== '') pool.pool.on('connection', (connection) => connection.query(`SET SESSION ${session}`))
  return pool
}

/** A store on tables of its own. */
async function openStore(pool = openPool()) {
  const table = freshName()
  const store = new SqlGrantStore({ database: pool, table })
  await store.migrate()
  const close = async () => {
    await pool.query(`DROP TABLE ${table}, ${table}_spent, ${table}_revoked`)
    await pool.end()
  }
  return { store, pool, table, close }
}

/** The same, for the test that runs. */
async function storeForTest(pool?: Pool) {
  const { close, ...opened } = await openStore(pool)
  onTestFinished(close)
  return opened
}

/** The cases that the types of values and the texts of statements could break. */
const TYPES =
  /as it was created|in any script|32 bits|what time it is|newest generation|within the window|a subject but one|spent once|ends the oldest/
/** The cases that the isolation of transactions could break. */
const RACES = /at once|while all grants are revoked|among rotations/

/** What applications set for their own queries. */
const SETTINGS: readonly { name: string; options?: PoolOptions; session?: string; cases?: RegExp }[] = [
  {
    name: 'a pool that returns other types',
    options: {
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      decimalNumbers: true,
      rowsAsArray: true,
      namedPlaceholders: true,
      typeCast: () => 'cast by the application',
    },
  },
  { name: 'a pool that counts changed rows only', options: { flags: ['-FOUND_ROWS'] } },
  { name: 'a pool with another character set and time zone', options: { charset: 'latin1', timezone: '+05:30' } },
  { name: 'read committed', session: `tx_isolation = 'READ-COMMITTED'`, cases: RACES },
  { name: 'serializable', session: `tx_isolation = 'SERIALIZABLE'`, cases: RACES },
  { name: 'a time zone with daylight saving', session: `time_zone = '-07:00'` },
  {
    name: 'a mode without backslashes, with double quotes for names',
    session: `sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'`,
  },
  { name: 'no strict mode', session: `sql_mode = ''` },
  { name: 'assignments that see the old row', session: `sql_mode = 'SIMULTANEOUS_ASSIGNMENT,PIPES_AS_CONCAT'` },
]

describe.skipIf(reason !== undefined)(`MySQL and MariaDB${reason ?? ''}`, () => {
  describe.each(SETTINGS)(
    'with $name, the grant store keeps to the contract:',
    ({ options, session, cases = TYPES }) => {
      let opened: Awaited<ReturnType<typeof openStore>> | undefined
      beforeAll(async () => {
        opened = await openStore(openPool(options, session))
      })
      afterAll(() => opened?.close())
      const contract = grantStoreContract(() => opened?.store ?? expect.fail('It is open within tests only.'))
      for (const { title, run } of contract.filter(({ title }) => cases.test(title))) test(title, run)
    },
  )

  test.each(SETTINGS)('with $name, the limiter store counts exactly', async ({ options, session }) => {
    const database = openPool(options, session)
    const table = freshName()
    const store = new SqlLimiterStore({ database, table, prefix: 'user' })
    await store.migrate()
    onTestFinished(async () => {
      await database.query(`DROP TABLE ${table}`)
      await database.end()
    })
    store.init({ windowMs: MINUTE })
    const counts = await Promise.all(times(40, () => store.increment('alice')))
    expect(counts.map(({ totalHits }) => totalHits).sort((one, other) => one - other)).toEqual(times(40, (i) => i + 1))
    expect(new Set(counts.map(({ window }) => window)).size).toBe(1)
    const [first] = counts
    await Promise.all(times(39, () => store.decrement('alice', first?.window)))
    expect(await store.get('alice')).toMatchObject({ totalHits: 1 })
  })

  test('a refresh takes two round trips, a retry one', async () => {
    const { pool, table } = await storeForTest()
    const sent: string[] = []
    const counting = {
      query(query: MysqlQuery) {
        sent.push(query.sql)
        return pool.query(query)
      },
      getConnection: () => pool.getConnection(),
    }
    const store = new SqlGrantStore({ database: counting, table })
    const grant = await keptGrant(store)
    sent.splice(0)
    expect(await store.rotate(refresh(grant, 0))).toMatchObject({ outcome: 'rotated' })
    expect(sent).toHaveLength(2)
    expect(await store.rotate(refresh(grant, 0))).toMatchObject({ outcome: 'retried' })
    expect(sent).toHaveLength(3)
  })

  test('prune removes many rows in batches, while others log in and refresh, and leaves the living', async () => {
    const { store, pool, table } = await storeForTest()
    const values = times(5000, (i) => `('expired-${i}', 'user-${i}', 'web', '', 0, 0, 0, 0, ${i})`)
    const columns = 'id, subject, client_id, scope, generation, created_at, rotated_at, ends_at, expires_at'
    await pool.query(`INSERT INTO ${table} (${columns}) VALUES ${values.join(', ')}`)
    const grant = await keptGrant(store)
    const state = { isOver: false }
    const pruning = store.prune({ batchSize: 200 }).finally(() => (state.isOver = true))
    let generation = 0
    while (!state.isOver) {
      await store.rotate(refresh(grant, generation++))
      await keptGrant(store, { subject: grant.subject })
    }
    expect(await pruning).toBe(5000)
    expect(generation).toBeGreaterThan(5)
    expect(await store.list(grant.subject, 1000)).toHaveLength(generation + 1)
  })

  test('migrate keeps the rows that are there, and refuses a table of somebody else', async () => {
    const { store, pool } = await storeForTest()
    const grant = await keptGrant(store)
    await store.migrate()
    expect(await store.find(grant.id)).toEqual(grant)
    const foreign = freshName()
    await pool.query(`CREATE TABLE ${foreign} (id int)`)
    await expect(new SqlGrantStore({ database: pool, table: foreign }).migrate()).rejects.toThrow()
    await pool.query(`DROP TABLE ${foreign}, ${foreign}_spent, ${foreign}_revoked`)
  })

  test('a subject that is too long for a key is refused, and not cut, even without strict mode', async () => {
    const { store } = await storeForTest(openPool({}, `sql_mode = ''`))
    const grant = sampleGrant({ subject: 'é'.repeat(1537) })
    await expect(keep(store, grant)).rejects.toThrow('subject must be at most 3072 bytes long; it has 3074')
    await expect(store.revokeAll(grant.subject, { loginLifetime: 1 })).rejects.toThrow('at most 3072 bytes')
  })

  test('a statement that the database took back because of a deadlock is sent again', async () => {
    const { pool, table } = await storeForTest()
    let deadlocks = 3
    const store = new SqlGrantStore({
      database: {
        query(query: MysqlQuery) {
          if (deadlocks-- > 0) return Promise.reject(Object.assign(new Error('Deadlock found'), { errno: 1213 }))
          return pool.query(query)
        },
        getConnection: () => pool.getConnection(),
      },
      table,
    })
    await keptGrant(store)
    expect(deadlocks).toBeLessThan(0)
  })

  test('a login that is kept in the very moment of revokeAll is refused, whichever of their statements comes first', async () => {
    const { store, pool, table } = await storeForTest()
    /** Holds one statement of `create` back until it is let go. */
    const held = (start: string) => {
      const events = new EventEmitter()
      const reached = once(events, 'reached')
      const letGo = once(events, 'let go')
      const database = {
        async query(query: MysqlQuery) {
          if (query.sql.trimStart().startsWith(start)) {
            events.emit('reached')
            await letGo
          }
          return pool.query(query)
        },
        getConnection: () => pool.getConnection(),
      }
      return { events, reached, store: new SqlGrantStore({ database, table }) }
    }
    for (const start of ['INSERT INTO', 'SELECT']) {
      const grant = sampleGrant()
      const slow = held(start)
      const creating = slow.store.create({ grant, age: MINUTE, maxPerSubject: undefined })
      await slow.reached
      const ended = await store.revokeAll(grant.subject, { loginLifetime: LOGIN_LIFETIME })
      slow.events.emit('let go')
      const { outcome } = await creating
      // Either the login is refused, or its grant was there for `revokeAll` to end.
      expect([outcome, ended]).toEqual(start === 'SELECT' ? ['created', 1] : ['refused', 0])
      expect(await store.list(grant.subject, 10)).toEqual([])
    }
  })
})
