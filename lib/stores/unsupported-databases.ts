/** What people hand over although no store can use it, and what they have at hand that a store can use. */
interface UnsupportedDatabase {
  readonly name: string
  /** The members that tell it from everything else. */
  readonly members: readonly string[]
  readonly remedy: string
}

const OWN_POOL = 'create a pool or a connection of the driver for the store'

/** The documentation lists them. */
export const UNSUPPORTED_DATABASES: readonly UnsupportedDatabase[] = [
  { name: 'a Knex instance', members: ['raw', 'queryBuilder'], remedy: OWN_POOL },
  { name: 'a Prisma client', members: ['$queryRawUnsafe'], remedy: OWN_POOL },
  {
    name: 'a Drizzle database',
    members: ['$client'],
    remedy: 'hand over the pool or the connection below it, "db.$client"',
  },
  { name: 'an object of TypeORM', members: ['getRepository'], remedy: OWN_POOL },
  { name: 'a query runner of TypeORM', members: ['query', 'clearDatabase'], remedy: OWN_POOL },
  { name: 'a Sequelize instance', members: ['getQueryInterface'], remedy: OWN_POOL },
  { name: 'a Kysely instance', members: ['selectFrom'], remedy: OWN_POOL },
  { name: 'a database of pg-promise', members: ['$pool'], remedy: 'hand over the pool below it, "db.$pool"' },
  { name: 'a connection of postgres.js', members: ['unsafe', 'begin'], remedy: 'create a Pool of pg for the store' },
  { name: 'a PGlite database', members: ['execProtocol'], remedy: 'use a Pool of pg or SQLite' },
  {
    name: 'a single Client of pg, which does not reconnect',
    members: ['connectionParameters'],
    remedy: 'hand over a Pool of pg',
  },
  {
    name: 'a database of sqlite3, whose calls do not return their results',
    members: ['prepare', 'each'],
    remedy: 'use better-sqlite3 or node:sqlite',
  },
  { name: 'a database of sql.js', members: ['getRowsModified'], remedy: 'use better-sqlite3 or node:sqlite' },
  {
    name: 'a pool of mysql2 whose calls take callbacks',
    members: ['getConnection', 'promise'],
    remedy: 'hand over "pool.promise()"',
  },
  { name: 'a pool cluster of mysql2', members: ['getConnection', 'of'], remedy: 'hand over a pool of mysql2/promise' },
  { name: 'a single connection', members: ['query', 'beginTransaction'], remedy: 'hand over a pool of mysql2/promise' },
  {
    name: 'a pool of mariadb',
    members: ['getConnection', 'batch'],
    remedy: 'create a pool of mysql2/promise for the store',
  },
  {
    name: 'a pool of mysql',
    members: ['getConnection', 'acquireConnection'],
    remedy: 'create a pool of mysql2/promise for the store',
  },
]

/** What a store was given that no store can use, if it is one of those that people hand over. */
export function unsupportedDatabase(given: object): Pick<UnsupportedDatabase, 'name' | 'remedy'> | undefined {
  return UNSUPPORTED_DATABASES.find(({ members }) =>
    members.every((member) => Reflect.get(given, member) !== undefined),
  )
}
