import { secretDigest } from './clients.js'
import type { Database } from './database.js'
import { demo } from './demo.js'
import type { StoredSettings } from './stored-settings.js'
import type { SecondFactors } from './second-factors.js'
import { hashPassword } from './users.js'

const TABLES = `
  create table if not exists clients (
    id text primary key,
    secret_sha256 text not null,
    scope text not null,
    end_user_address integer not null default 0
  );
  create table if not exists users (
    id text primary key,
    name text not null unique,
    password_hash text not null,
    scope text not null,
    disabled integer not null default 0
  )`

/**
 * Makes the authorization server's tables where there are none, and the demo's rows where they never were: a row that was
 * deleted since stays deleted. Any number of processes may do so at once.
 */
export async function seed(database: Database, stored: StoredSettings, secondFactors: SecondFactors): Promise<void> {
  await database.script(TABLES)
  await stored.once('demo_users', async () => {
    for (const { id, name, password, scope } of [demo.alice, demo.bob, demo.carol]) {
      await database.query(
        'insert into users (id, name, password_hash, scope) values (?, ?, ?, ?) on conflict do nothing',
        [id, name, await hashPassword(password), scope],
      )
    }
  })
  await stored.once('demo_second_factor', () => secondFactors.turnOn(demo.carol.id, demo.carol.totpSecret))
  await stored.once('demo_clients', async () => {
    for (const { id, secret, scope, endUserAddress } of [demo.client, demo.site]) {
      await database.query(
        'insert into clients (id, secret_sha256, scope, end_user_address) values (?, ?, ?, ?) on conflict do nothing',
        [id, secretDigest(secret), scope, endUserAddress ? 1 : 0],
      )
    }
  })
}
