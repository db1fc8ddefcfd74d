import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { DatabaseSync } from '@photostructure/sqlite'
import { newPrivateJwk, publicJwkOf } from '../../example-app/client-key.js'
import { jwksOf } from '../../example-app/clients.js'
import { endingOfStart, newDatabaseFile, startExampleApp } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { roundRobin } from './round-robin.js'
import { REDIS_URL } from '../servers.js'
import { lacksPostgres, lacksRedis, newPostgresDatabase } from './servers.js'

const BROWSERS = 6
/** Long enough for each browser to refresh. */
const BEFORE_MS = 4_000
const AFTER_MS = 6_000

describe.skipIf(lacksPostgres || lacksRedis)('the parts of the example-app, each a process of its own', () => {
  test('sign nobody out when one of two authorization servers is killed under load', { timeout: 300_000 }, async () => {
    const balancer = await roundRobin()
    const shared = {
      DATABASE_URL: await newPostgresDatabase(),
      REDIS_URL,
      ISSUER: balancer.url,
      ACCESS_TOKEN_LIFETIME: '4',
      CLIENT_KEY: '',
    }
    const [one, other, api] = await Promise.all([
      startExampleApp({ ...shared, PARTS: 'authorization-server' }),
      startExampleApp({ ...shared, PARTS: 'authorization-server' }),
      startExampleApp({ ...shared, PARTS: 'contacts-api' }),
    ])
    for (const { url } of [one, other]) balancer.add(url)
    const site = await startExampleApp({ ...shared, PARTS: 'web-site', API_URL: `${api.url}/api` })
    const browsers = Array.from({ length: BROWSERS }, () => new FetchedPages(site.url))
    expect(await Promise.all(browsers.map(async (browser) => (await browser.signIn()).status))).toEqual(
      browsers.map(() => 303),
    )

    const load = { isOver: false }
    const seen = Promise.all(browsers.map((browser) => pagesSeen(browser, load)))
    await setTimeout(BEFORE_MS)
    const shares = [...balancer.answered.values()]
    one.signal('SIGKILL')
    await setTimeout(AFTER_MS)
    load.isOver = true

    expect(Math.min(...shares)).toBeGreaterThan(0)
    const pages = await seen
    // A page that says 503 is no loss: the next try is as good. One that asks for the password again would be.
    expect(pages.flat().filter((page) => !/^(?:200 Contacts|503 )/.test(page))).toEqual([])
    expect(pages.map((ofBrowser) => ofBrowser.at(-1))).toEqual(browsers.map(() => '200 Contacts'))
    expect((await one.ending).code).toBe(null)
  })

  test('answer for themselves alone', async () => {
    const api = await startExampleApp({ PARTS: 'contacts-api', ISSUER: 'http://127.0.0.1:1' })

    expect((await fetch(`${api.url}/api/contacts`)).status).toBe(401)
    expect((await fetch(`${api.url}/token`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${api.url}/sign-in`)).status).toBe(404)
  })
})

describe('a web site whose neighbours are away', () => {
  test('says so in a page, and goes on', async () => {
    const site = await startExampleApp({
      PARTS: 'web-site',
      ISSUER: 'http://127.0.0.1:1',
      API_URL: 'http://127.0.0.1:1/api',
    })
    const browser = new FetchedPages(site.url)

    const refused = await browser.signIn()

    expect(refused.status).toBe(503)
    expect(await refused.text()).toContain('The sign-in service does not answer just now.')
    expect((await browser.get('/sign-in')).status).toBe(200)
  })
})

describe('a web site on a database of its own', () => {
  const elsewhere = { PARTS: 'web-site', ISSUER: 'http://127.0.0.1:1', API_URL: 'http://127.0.0.1:1/api' }

  test('signs people in with the private key in CLIENT_KEY, whose public half the authorization server has', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const key = { ...newPrivateJwk(), kid: 'the-second-one' }
    const server = await startExampleApp({ DATABASE_FILE, PARTS: 'authorization-server', CLIENT_KEY: '' })
    register(DATABASE_FILE, jwksOf(publicJwkOf(newPrivateJwk()), publicJwkOf(key)))
    const site = await startExampleApp({ ...elsewhere, ISSUER: server.url, CLIENT_KEY: JSON.stringify(key) })

    expect((await new FetchedPages(site.url).signIn()).status).toBe(303)
  })

  test('tells its operator that the authorization server does not know its key', async () => {
    const server = await startExampleApp({ PARTS: 'authorization-server' })
    const CLIENT_KEY = JSON.stringify(newPrivateJwk())
    const site = await startExampleApp({ ...elsewhere, ISSUER: server.url, CLIENT_KEY })

    const refused = await new FetchedPages(site.url).signIn()
    site.signal('SIGTERM')

    expect(refused.status).toBe(503)
    expect((await site.ending).stderr).toContain(
      `(the authorization server does not accept this site's key: register its public half for the client "web-site")\n`,
    )
  })

  test('does not start without CLIENT_KEY', async () => {
    const { code, stderr } = await endingOfStart({ ...elsewhere, CLIENT_KEY: '' })

    expect(stderr).toMatch(/^CLIENT_KEY must be set, to the private key of the client "web-site", because .+\n$/)
    expect(code).toBe(1)
  })
})

function register(file: string, jwks: string): void {
  const database = new DatabaseSync(file)
  database.prepare(`update clients set jwks = ? where id = 'web-site'`).run(jwks)
  database.close()
}

/** The contacts page again and again, by status and title. */
async function pagesSeen(browser: FetchedPages, load: { readonly isOver: boolean }): Promise<readonly string[]> {
  const pages: string[] = []
  while (!load.isOver && pages.length < 1_000) {
    const answer = await browser.get('/contacts')
    const title = /<title>(.+?) ·/.exec(await answer.text())?.[1] ?? answer.headers.get('Location')
    pages.push(`${String(answer.status)} ${String(title)}`)
    await setTimeout(20)
  }
  return pages
}
