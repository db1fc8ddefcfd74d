import { describe, expect, test } from 'vitest'
import { secretDigest } from '../../example-app/clients.js'
import { openDatabase } from '../../example-app/database.js'
import { demo } from '../../example-app/demo.js'
import { readSettings } from '../../example-app/settings.js'
import { StoredSettings } from '../../example-app/stored-settings.js'
import { newDatabaseFile, startExampleApp, type Environment } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { lacksMariadb, lacksPostgres, newMariadbDatabase, newPostgresDatabase } from './servers.js'
import { login } from './token-request.js'

const SITE_SECRET = 'the-secret-that-the-site-had-in-an-earlier-version'

describe.each<{ name: string; isLacking: boolean; storage: () => Promise<Environment> | Environment }>([
  { name: 'SQLite', isLacking: false, storage: () => ({ DATABASE_FILE: newDatabaseFile() }) },
  {
    name: 'PostgreSQL',
    isLacking: lacksPostgres,
    storage: async () => ({ DATABASE_URL: await newPostgresDatabase() }),
  },
  { name: 'MariaDB', isLacking: lacksMariadb, storage: async () => ({ DATABASE_URL: await newMariadbDatabase() }) },
])('a database on $name of a version in which the web site had a secret', ({ isLacking, storage }) => {
  test.skipIf(isLacking)(
    'gets a key for the site from the first of four processes, and keeps its clients',
    async () => {
      const environment = { ...(await storage()), CLIENT_KEY: '' }
      await makeEarlierDatabase(environment)

      const apps = await Promise.all([1, 2, 3, 4].map(() => startExampleApp(environment)))

      const signIns = await Promise.all(apps.map(({ url }) => new FetchedPages(url).signIn()))
      expect(signIns.map(({ status }) => status)).toEqual([303, 303, 303, 303])
      for (const { url } of apps) {
        expect((await login(url)).status).toBe(200)
        expect((await loginWithSecretOfSite(url)).status).toBe(401)
      }
    },
  )

  test.skipIf(isLacking)('gets no site that was deleted', async () => {
    const environment = { ...(await storage()), CLIENT_KEY: '' }
    await makeEarlierDatabase(environment, [demo.client.id])

    const { url } = await startExampleApp(environment)

    expect((await new FetchedPages(url).signIn()).status).not.toBe(303)
    expect((await login(url)).status).toBe(200)
  })
})

/** The table of clients as it was, with some of its rows, and the mark that they were made. */
async function makeEarlierDatabase(environment: Environment, ids: readonly string[] = [demo.client.id, demo.site.id]) {
  const database = await openDatabase(readSettings(environment))
  const stored = await StoredSettings.in(database)
  await database.script(`
    create table if not exists clients (
      id text primary key,
      secret_sha256 text not null,
      scope text not null,
      end_user_address integer not null default 0
    )`)
  for (const { id, scope, endUserAddress } of [demo.client, demo.site].filter(({ id }) => ids.includes(id))) {
    const secret = id === demo.client.id ? demo.client.secret : SITE_SECRET
    await database.query('insert into clients (id, secret_sha256, scope, end_user_address) values (?, ?, ?, ?)', [
      id,
      secretDigest(secret),
      scope,
      endUserAddress ? 1 : 0,
    ])
  }
  await stored.value('demo_clients', 'done')
  await database.close()
}

function loginWithSecretOfSite(url: string): Promise<Response> {
  const { name, password } = demo.alice
  return fetch(`${url}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${demo.site.id}:${SITE_SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'password', username: name, password }),
  })
}
