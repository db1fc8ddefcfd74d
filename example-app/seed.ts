import { publicJwkOf, type PrivateJwk } from './client-key.js'
import { jwksOf, secretDigest } from './clients.js'
import type { Database } from './database.js'
import { demo } from './demo.js'
import type { StoredSettings } from './stored-settings.js'
import type { SecondFactors } from './second-factors.js'
import { hashPassword } from './users.js'

const TABLES = `
  create table if not exists clients (
    id text primary key,
    secret_sha256 text not null,
    jwks text,
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
export async function seed(
  database: Database,
  stored: StoredSettings,
  secondFactors: SecondFactors,
  siteKey: PrivateJwk,
): Promise<void> {
  await database.script(TABLES)
  await addJwksColumn(database)
  await stored.once('demo_users', async () => {
    for (const { id, name, password, scope } of [demo.alice, demo.bob, demo.carol]) {
      await database.query(
        'insert into users (id, name, password_hash, scope) values (?, ?, ?, ?) on conflict do nothing',
        [id, name, await hashPassword(password), scope],
      )
    }
  })
  await stored.once('demo_second_factor', () => secondFactors.turnOn(demo.carol.id, demo.carol.totpSecret))
  const siteJwks = jwksOf(publicJwkOf(siteKey))
  await stored.once('demo_clients', async () => {
    for (const { id, scope, endUserAddress, ...credentials } of [demo.client, demo.site]) {
      const [digest, jwks] = 'secret' in credentials ? [secretDigest(credentials.secret), null] : ['', siteJwks]
      await database.query(
        'insert into clients (id, secret_sha256, jwks, scope, end_user_address) values (?, ?, ?, ?, ?) on conflict do nothing',
        [id, digest, jwks, scope, endUserAddress ? 1 : 0],
      )
    }
  })
  // Earlier versions gave the site a secret, which it no longer sends.
  await stored.once('demo_site_key', async () => {
    await database.query(`update clients set jwks = ?, secret_sha256 = '' where id = ? and jwks is null`, [
      siteJwks,
      demo.site.id,
    ])
  })
}

/** Adds the column that the table of an earlier version lacks. */
async function addJwksColumn(database: Database): Promise<void> {
  if (await hasJwksColumn(database)) return
  try {
    await database.query('alter table clients add column jwks text')
  } catch (error) {
    if (!(await hasJwksColumn(database))) throw error // otherwise another process was faster
  }
}

async function hasJwksColumn(database: Database): Promise<boolean> {
  try {
    await database.query('select jwks from clients where 1 = 0')
    return true
  } catch {
    return false
  }
}
