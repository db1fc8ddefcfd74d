import type { SqlDatabase, SqlRow, SqlValue } from './sql-database.js'

/** What the store hands to `query`. The flags undo what the pool's own options may say. */
export interface MysqlQuery {
  readonly sql: string
  readonly values: (Buffer | number | null)[]
  readonly rowsAsArray: false
  readonly namedPlaceholders: false
  readonly typeCast: (field: unknown, next: () => unknown) => unknown
}

/** The members that are used of a pool of `mysql2/promise`. */
export interface MysqlDriver {
  query(query: MysqlQuery): Promise<readonly [unknown, ...unknown[]]>
  /** The store never calls it, but tells pools by it. */
  getConnection(): unknown
}

/** What one statement did. */
export interface MysqlWrite {
  readonly changes: number
  /** The last value of `LAST_INSERT_ID(…)` in the statement. */
  readonly insertId: number
}

/** MySQL 8 and MariaDB: only SQL that both have. */
export interface MysqlDatabase extends SqlDatabase {
  readonly kind: 'mysql'
  write(statement: string, values: readonly SqlValue[]): Promise<MysqlWrite>
}

/**
 * Calculated without a time zone: `UNIX_TIMESTAMP(NOW(6))` would take the hour that comes twice in autumn for the first one. It is
 * the same throughout a statement.
 */
const NOW = "(TIMESTAMPDIFF(MICROSECOND, TIMESTAMP'1970-01-01 00:00:00', UTC_TIMESTAMP(6)) DIV 1000)"

/** How often a statement is sent that the database takes back because it and another one wait for each other. */
const MOST_TRIES = 10

/** InnoDB indexes no more bytes than this. Without strict mode, it would cut longer keys and take one for another. */
export const LONGEST_KEY = 3072

const DEADLOCK = 1213
const DUPLICATE_KEY = 1062
/** No such table, no such column. */
const NOT_MIGRATED = [1146, 1054]

/**
 * Every statement is a transaction of its own, on whichever connection the pool gives it. Texts are bound as bytes, which the driver
 * writes as `X'…'`: they need no escaping, which would depend on `sql_mode`, and no character set. `execute` would prepare each
 * statement on each connection, which some proxies do not support.
 */
export function mysqlDatabase(driver: MysqlDriver): MysqlDatabase {
  const compiled = new Map<string, CompiledStatement>()

  async function send(text: string, values: readonly SqlValue[]): Promise<unknown> {
    let statement = compiled.get(text)
    if (statement === undefined) compiled.set(text, (statement = compile(text)))
    const query = queryOf(statement, values)
    for (let tries = 1; ; tries++) {
      try {
        return (await driver.query(query))[0]
      } catch (error) {
        if (errorNumber(error) !== DEADLOCK || tries === MOST_TRIES) throw error
      }
    }
  }

  async function write(text: string, values: readonly SqlValue[]): Promise<MysqlWrite> {
    const { affectedRows, insertId } = (await send(text, values)) as Record<string, unknown> // the boundary
    return { changes: Number(affectedRows), insertId: Number(insertId) }
  }

  return {
    kind: 'mysql',
    rows: async (text, values) => ((await send(text, values)) as SqlRow[]).map(decoded), // the boundary
    changes: async (text, values) => (await write(text, values)).changes,
    write,
    lacksTable: (error) => NOT_MIGRATED.includes(errorNumber(error) ?? 0),
    now: NOW,
  }
}

/** Whether a statement failed because the key that it inserts is there already. */
export function isDuplicateKey(error: unknown): boolean {
  return errorNumber(error) === DUPLICATE_KEY
}

function errorNumber(error: unknown): number | undefined {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined
}

interface CompiledStatement {
  readonly sql: string
  /** The index of the value of each `?`. */
  readonly indexes: readonly number[]
}

/** `$1`, which may come up several times, becomes `?`. */
function compile(text: string): CompiledStatement {
  const indexes: number[] = []
  const sql = text.replaceAll(/\$(\d+)/g, (_, number) => {
    indexes.push(Number(number) - 1)
    return '?'
  })
  return { sql, indexes }
}

function queryOf({ sql, indexes }: CompiledStatement, values: readonly SqlValue[]): MysqlQuery {
  const bound = indexes.map((index) => {
    const value = values[index] ?? null
    return typeof value === 'string' ? Buffer.from(value) : value
  })
  return { sql, values: bound, rowsAsArray: false, namedPlaceholders: false, typeCast: asTheDriver }
}

/** A function, because the driver prefers one of the pool's to `true` of a query. */
function asTheDriver(_field: unknown, next: () => unknown): unknown {
  return next()
}

function decoded(row: SqlRow): SqlRow {
  const entries = Object.entries(row)
  return Object.fromEntries(entries.map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString() : value]))
}

/** @throws RangeError if it is too long to be a key. */
export function requireKey(name: string, text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= LONGEST_KEY) return
  throw new RangeError(`In MySQL and MariaDB, ${name} must be at most ${LONGEST_KEY} bytes long; it has ${bytes}.`)
}
