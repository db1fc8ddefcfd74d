import { DatabaseSync } from '@photostructure/sqlite'
import mysql from 'mysql2'
import { createPool, createPoolCluster } from 'mysql2/promise'
import { Client, Pool } from 'pg'
import { createClient } from 'redis'
import { afterAll, describe, expect, test } from 'vitest'
import { refresh, sampleGrant } from '../../lib/stores/contract/sample-grant.js'
import type { SqlDriver } from '../../lib/stores/open-sql-database.js'
import { SqlGrantStore } from '../../lib/stores/sql-grant-store.js'
import { SqlLimiterStore } from '../../lib/stores/sql-limiter-store.js'
import { MARIADB_URL, POSTGRES_URL } from '../servers.js'
import { missingBetterSqlite3, betterSqlite3 } from './better-sqlite3.js'
import { missingServer } from './on-every-store.js'
import { freshName, nodeSqlite, sqliteClass, type SqliteDatabaseClass } from './opened-store.js'
import { queryBuilders } from './query-builders.js'

const { knex, drizzle, DataSource, Sequelize, Kysely, PostgresDialect, pgPromise, postgres } = queryBuilders()

// None of them connects before its first query.
const pool = new Pool({ connectionString: POSTGRES_URL })
const promisedMysqlPool = createPool(MARIADB_URL)
const mysqlPool = mysql.createPool(MARIADB_URL)
const mysqlConnection = mysql.createConnection(MARIADB_URL)
mysqlConnection.on('error', () => undefined) // it connects at once, whether or not there is a MariaDB
const dataSource = new DataSource({ type: 'postgres', url: POSTGRES_URL })

afterAll(async () => {
  mysqlConnection.destroy()
  await Promise.all([pool.end(), promisedMysqlPool.end()])
})

/** What a store cannot use, and how the error says so. */
const UNSUPPORTED: readonly (readonly [name: string, database: unknown, error: RegExp])[] = [
  ['a Knex instance', knex({ client: 'pg', connection: POSTGRES_URL }), /^database is a Knex instance: create a pool/],
  // Prisma does not install without its download; its client is a Proxy with these methods.
  ['a Prisma client', { $connect() {}, $queryRawUnsafe() {} }, /^database is a Prisma client: create a pool/],
  ['a Drizzle database', drizzle(pool), /^database is a Drizzle database: hand over .* "db\.\$client"\./],
  ['a data source of TypeORM', dataSource, /^database is an object of TypeORM: create a pool/],
  ['an entity manager of TypeORM', dataSource.manager, /^database is an object of TypeORM: create a pool/],
  ['a query runner of TypeORM', dataSource.createQueryRunner(), /^database is a query runner of TypeORM: create a/],
  ['a Sequelize instance', new Sequelize(POSTGRES_URL), /^database is a Sequelize instance: create a pool/],
  [
    'a Kysely instance',
    new Kysely({ dialect: new PostgresDialect({ pool }) }),
    /^database is a Kysely instance: create a pool/,
  ],
  ['a database of pg-promise', pgPromise(POSTGRES_URL), /^database is a database of pg-promise: .* "db\.\$pool"\./],
  [
    'a connection of postgres.js',
    postgres(POSTGRES_URL),
    /^database is a connection of postgres\.js: create a Pool of pg/,
  ],
  ['PGlite', { query() {}, exec() {}, execProtocol() {} }, /^database is a PGlite database: use a Pool of pg/],
  ['a Client of pg', new Client(POSTGRES_URL), /^database is a single Client of pg, .*: hand over a Pool of pg\./],
  [
    'a database of sqlite3',
    { prepare() {}, exec() {}, run() {}, all() {}, each() {} },
    /^database is a database of sqlite3, .*: use better-sqlite3 or node:sqlite\./,
  ],
  [
    'a mysql2 pool',
    mysqlPool,
    /^database is a pool of mysql2 whose calls take callbacks: hand over "pool\.promise\(\)"\./,
  ],
  ['a mysql2 connection', mysqlConnection, /^database is a single connection: hand over a pool of mysql2\/promise\./],
  ['a pool cluster of mysql2', createPoolCluster(), /^database is a pool cluster of mysql2: hand over a pool/],
  ['a Redis client', createClient(), /^database must be a Pool of pg, .*; it has .*, and none of these methods/],
  [
    'nothing',
    undefined,
    /^database must be .*; it is undefined: give the store an object whose member database holds it\.$/,
  ],
  ['null', null, /^database must be .*; it is null\.$/],
  [
    'a connection string',
    'postgres://app:secret@db',
    /^database must be .*; it is a string: hand over what the driver creates/,
  ],
  ['an empty object', {}, /^database must be .*; it has no members, and none of these methods\.$/],
  ['a query that is not a function', { query: 'select' }, /it has query, and none of these methods\.$/],
]

describe('a SqlGrantStore and a SqlLimiterStore', () => {
  test.each(UNSUPPORTED)('refuse %s as database, and say what to hand over', (_name, database, error) => {
    const options = { database: database as never, prefix: 'user' }
    expect(() => new SqlGrantStore(options)).toThrow(error)
    expect(() => new SqlLimiterStore(options)).toThrow(error)
    expect(() => new SqlGrantStore(options)).toThrow(TypeError)
  })

  test('show nothing of a connection string, which holds a password', () => {
    expect(() => new SqlGrantStore({ database: 'postgres://app:secret@db' as never })).not.toThrow(/secret/)
  })

  test.each([
    ['a Pool of pg', pool],
    ['a pool of mysql2/promise', promisedMysqlPool],
    ['the promises of a mysql2 pool', mysqlPool.promise()],
    ["Drizzle's $client", drizzle(pool).$client],
    ["pg-promise's $pool", pgPromise(POSTGRES_URL).$pool],
    ['an object with the documented query method', { query: () => Promise.resolve({ rows: [], rowCount: 0 }) }],
  ])('accept %s', (_name, database) => {
    new SqlGrantStore({ database: database as SqlDriver })
    new SqlLimiterStore({ database: database as SqlDriver, prefix: 'user' })
  })
})

/** Opens an empty database, and closes it. */
interface EmptyDatabase {
  readonly name: string
  readonly missing: () => Promise<string | undefined> | string | undefined
  readonly open: () => { readonly database: SqlDriver; readonly close?: () => void }
}

const EMPTY: readonly EmptyDatabase[] = [
  { name: 'PostgreSQL', missing: () => missingServer('PostgreSQL', POSTGRES_URL), open: () => ({ database: pool }) },
  {
    name: 'MariaDB',
    missing: () => missingServer('MariaDB', MARIADB_URL),
    open: () => ({ database: promisedMysqlPool }),
  },
  { name: 'SQLite (@photostructure/sqlite)', missing: () => undefined, open: () => inMemory(DatabaseSync) },
  {
    name: 'SQLite (node:sqlite)',
    missing: () => (nodeSqlite() ? undefined : 'this Node has none'),
    open: () => inMemory(sqliteClass('node:sqlite')),
  },
  { name: 'SQLite (better-sqlite3)', missing: missingBetterSqlite3, open: () => inMemory(betterSqlite3()) },
]

function inMemory(Database: SqliteDatabaseClass) {
  const database = new Database(':memory:')
  return {
    database,
    close: () => {
      database.close()
    },
  }
}

describe.each(EMPTY)('without its tables, on $name,', async ({ missing, open }) => {
  const reason = await missing()
  const table = freshName()

  test.skipIf(reason !== undefined)(`a SqlGrantStore says to call migrate${reason ?? ''}`, async () => {
    const { database, close } = open()
    const store = new SqlGrantStore({ database, table })
    const error = {
      message: `The table ${table} does not exist, or is of an older version: call await grantStore.migrate() when the app starts.`,
    }
    const grant = sampleGrant()
    for (const act of [
      () => store.create({ grant, age: 0, maxPerSubject: 5 }),
      () => store.rotate(refresh(grant, 0)),
      () => store.find(grant.id),
      () => store.list(grant.subject, 10),
      () => store.revoke(grant.id),
      () => store.revokeAll(grant.subject, { loginLifetime: 1000 }),
      () => store.spend({ id: 'id', lifetime: 1000 }),
      () => store.spend({ id: 'id', lifetime: 1000, login: { subject: 'alice', beganAt: 0 } }),
      () => store.prune(),
    ]) {
      await expect(act(), String(act)).rejects.toThrow(expect.objectContaining(error))
    }
    close?.()
  })

  test.skipIf(reason !== undefined)(`a SqlLimiterStore says to call migrate${reason ?? ''}`, async () => {
    const { database, close } = open()
    const store = new SqlLimiterStore({ database, table, prefix: 'user' })
    const error = {
      message: `The table ${table} does not exist, or is of an older version: call await limiterStore.migrate() when the app starts.`,
    }
    for (const act of [
      () => store.increment('alice'),
      () => store.get('alice'),
      () => store.decrement('alice'),
      () => store.resetKey('alice'),
      () => store.prune(),
    ]) {
      await expect(act(), String(act)).rejects.toThrow(expect.objectContaining(error))
    }
    close?.()
  })
})
