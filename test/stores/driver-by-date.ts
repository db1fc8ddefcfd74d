import type { MysqlDriver } from '../../lib/stores/mysql-database.js'
import type { PostgresDriver } from '../../lib/stores/postgres-database.js'
import type { SendRedisCommand } from '../../lib/stores/redis-grant-store.js'
import type { SqliteDriver } from '../../lib/stores/sqlite-database.js'

const SQLITE_CLOCK = "CAST((julianday('now') - 2440587.5) * 86400000 AS integer)"
const POSTGRES_CLOCK = /CAST\(extract\(epoch FROM \w+_timestamp\(\)\) \* 1000 AS bigint\)/g
const MYSQL_CLOCK = /\(TIMESTAMPDIFF\(MICROSECOND, [^)]+\(6\)\) DIV 1000\)/g
const REDIS_CLOCK = "redis.call('TIME')"

interface SqliteWithFunctions extends SqliteDriver {
  function(name: string, run: () => number): void
  /** A method of better-sqlite3, by which the library recognises it. */
  pragma?: unknown
}

/** A database whose clock is `Date` of this process, for tests that set it. */
export function sqliteByDate(driver: SqliteWithFunctions): SqliteDriver {
  driver.function('date_now', () => Date.now())
  const byDate: SqliteDriver = {
    exec: (sql) => {
      driver.exec(sql)
    },
    prepare: (sql) => driver.prepare(sql.replaceAll(SQLITE_CLOCK, 'CAST(date_now() AS integer)')),
  }
  return driver.pragma === undefined ? byDate : Object.assign(byDate, { pragma: () => undefined })
}

/** The same for PostgreSQL. */
export function postgresByDate(driver: PostgresDriver): PostgresDriver {
  return {
    query: (text, values) => driver.query(text.replace(POSTGRES_CLOCK, `CAST(${Date.now()} AS bigint)`), values),
  }
}

/** The same for MySQL and MariaDB. */
export function mysqlByDate(driver: MysqlDriver): MysqlDriver {
  return {
    query: (query) => driver.query({ ...query, sql: query.sql.replace(MYSQL_CLOCK, String(Date.now())) }),
    getConnection: () => driver.getConnection(),
  }
}

/** The same for Redis, to which each script is sent anew. */
export function commandsByDate(send: SendRedisCommand): SendRedisCommand {
  return (command, ...args) => {
    if (command === 'EVALSHA') return Promise.reject(new Error('NOSCRIPT'))
    const [seconds, microseconds] = [Math.floor(Date.now() / 1000), (Date.now() % 1000) * 1000]
    return send(command, ...args.map((arg) => arg.replace(REDIS_CLOCK, `{${seconds}, ${microseconds}}`)))
  }
}
