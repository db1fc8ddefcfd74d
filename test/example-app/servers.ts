import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { MARIADB_URL, POSTGRES_URL, REDIS_URL } from '../servers.js'

/** Whether tests that need this server are to be skipped: it is not there, and this is not CI, where it has to be. */
export const lacksPostgres = !process.env.CI && !(await listens(POSTGRES_URL, 5432))
export const lacksMariadb = !process.env.CI && !(await listens(MARIADB_URL, 3306))
export const lacksRedis = !process.env.CI && !(await listens(REDIS_URL, 6379))

/** The URL of an empty PostgreSQL database that goes away when the test ends, or whatever `whenOver` waits for. */
export async function newPostgresDatabase(
  whenOver: (act: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const name = `example_app_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name}`)
  whenOver(() => administer(`drop database ${name} with (force)`))
  const url = new URL(POSTGRES_URL)
  url.pathname = name
  return url.href
}

/** The same for MariaDB. */
export async function newMariadbDatabase(
  whenOver: (act: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const name = `example_app_${randomBytes(6).toString('hex')}`
  await administerMariadb(`create database ${name}`)
  whenOver(() => administerMariadb(`drop database ${name}`))
  const url = new URL(MARIADB_URL)
  url.pathname = name
  return url.href
}

async function administerMariadb(sql: string): Promise<void> {
  const mariadb = await createConnection(MARIADB_URL)
  await mariadb.query(sql)
  await mariadb.end()
}

async function administer(sql: string): Promise<void> {
  const postgres = new pg.Client(POSTGRES_URL)
  await postgres.connect()
  await postgres.query(sql)
  await postgres.end()
}

function listens(url: string, defaultPort: number): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port || defaultPort), hostname)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => {
      resolve(false)
    })
  })
}
