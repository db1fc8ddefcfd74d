import { createPool, type RowDataPacket } from 'mysql2/promise'
import { Pool } from 'pg'
import { MARIADB_URL, POSTGRES_URL } from '../servers.js'
import { freshName } from './opened-store.js'

export interface CollatedUser {
  readonly id: string
  readonly passwordHash: string
}

/** A table with one user, in a database that compares names by a collation. */
export interface CollatedUsers {
  /** Finds a user as an application does: `select … where name = ?`. */
  find(name: string): Promise<CollatedUser | undefined>
  /** Those of these names under which the database finds the user. */
  namesOfUser(names: readonly string[]): Promise<string[]>
  remove(): Promise<void>
}

/** How many names one statement inserts. */
const BATCH = 20_000

export async function mariadbUsers(collation: string, name: string, user: CollatedUser): Promise<CollatedUsers> {
  const pool = createPool({ uri: MARIADB_URL, charset: 'utf8mb4' })
  const table = freshName()
  const text = `varchar(255) character set utf8mb4 collate ${collation}`
  await pool.query(`create table ${table} (name ${text} primary key, id text, hash text)`)
  await pool.query(`create table ${table}_tried (place int primary key, name ${text})`)
  await pool.query(`insert into ${table} values (?, ?, ?)`, [name, user.id, user.passwordHash])
  return {
    async find(tried) {
      const [rows] = await pool.query<RowDataPacket[]>(`select id, hash from ${table} where name = ?`, [tried])
      return rows.map((row) => ({ id: String(row['id']), passwordHash: String(row['hash']) }))[0]
    },
    async namesOfUser(names) {
      await pool.query(`delete from ${table}_tried`)
      for (const batch of batches(names)) await pool.query(`insert into ${table}_tried values ?`, [batch])
      const [rows] = await pool.query<RowDataPacket[]>(
        `select place from ${table}_tried t join ${table} u on u.name = t.name`,
      )
      return rows.map((row) => names[Number(row['place'])] ?? '')
    },
    async remove() {
      await pool.query(`drop table ${table}, ${table}_tried`)
      await pool.end()
    },
  }
}

export async function postgresUsers(locale: string, name: string, user: CollatedUser): Promise<CollatedUsers> {
  const pool = new Pool({ connectionString: POSTGRES_URL })
  const table = freshName()
  await pool.query(`create collation ${table}_c (provider = icu, locale = '${locale}', deterministic = false)`)
  await pool.query(`create table ${table} (name text collate ${table}_c primary key, id text, hash text)`)
  await pool.query(`create table ${table}_tried (place int primary key, name text collate ${table}_c)`)
  await pool.query(`insert into ${table} values ($1, $2, $3)`, [name, user.id, user.passwordHash])
  return {
    async find(tried) {
      const select = `select id, hash as "passwordHash" from ${table} where name = $1`
      return (await pool.query<CollatedUser>(select, [tried])).rows[0]
    },
    async namesOfUser(names) {
      await pool.query(`delete from ${table}_tried`)
      for (const batch of batches(names)) {
        const columns = [batch.map(([place]) => place), batch.map(([, tried]) => tried)]
        await pool.query(`insert into ${table}_tried select * from unnest($1::int[], $2::text[])`, columns)
      }
      const select = `select place from ${table}_tried t join ${table} u on u.name = t.name`
      return (await pool.query<{ place: number }>(select)).rows.map(({ place }) => names[place] ?? '')
    },
    async remove() {
      await pool.query(`drop table ${table}, ${table}_tried; drop collation ${table}_c`)
      await pool.end()
    },
  }
}

function* batches(names: readonly string[]): Generator<[number, string][]> {
  for (let begin = 0; begin < names.length; begin += BATCH) {
    yield names.slice(begin, begin + BATCH).map((name, index) => [begin + index, name])
  }
}
