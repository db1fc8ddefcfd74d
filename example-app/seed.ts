import { randomUUID } from 'node:crypto'
import { secretDigest } from './clients.js'
import type { Database } from './database.js'
import { hashPassword } from './users.js'

/** The rows of the first start. Everybody knows them: see the README beside this file before others reach the server. */
export const demo = {
  client: { id: 'web-backend', secret: 'demo-secret.everybody-knows-it.never-use-in-production' },
  alice: { name: 'alice', password: 'alice-demo-password', scope: 'contacts.read contacts.write' },
  bob: { name: 'bob', password: 'bob-demo-password', scope: 'contacts.read' },
} as const

const TABLES = `
  create table if not exists settings (name text primary key, value text not null);
  create table if not exists clients (id text primary key, secret_sha256 text not null, scope text not null);
  create table if not exists users (
    id text primary key,
    name text not null unique,
    password_hash text not null,
    scope text not null,
    disabled integer not null default 0
  )`

/**
 * Makes the tables where there are none, and the demo's rows where they never were: a row that was deleted since stays
 * deleted. Any number of processes may do so at once.
 */
export async function seed(database: Database): Promise<void> {
  await database.script(TABLES)
  if (await isSeeded(database)) return
  for (const user of [demo.alice, demo.bob]) {
    await database.query(
      'insert into users (id, name, password_hash, scope) values (?, ?, ?, ?) on conflict do nothing',
      [randomUUID(), user.name, await hashPassword(user.password), user.scope],
    )
  }
  await database.query('insert into clients (id, secret_sha256, scope) values (?, ?, ?) on conflict do nothing', [
    demo.client.id,
    secretDigest(demo.client.secret),
    demo.alice.scope,
  ])
  await database.query(`insert into settings (name, value) values ('seeded', 'yes') on conflict do nothing`)
}

async function isSeeded(database: Database): Promise<boolean> {
  const rows = await database.query(`select value from settings where name = 'seeded'`)
  return rows.length > 0
}
