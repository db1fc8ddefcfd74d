import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, test } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { cuttableConnection } from './cuttable-connection.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { lacksPostgres, newPostgresDatabase } from './servers.js'
import { login } from './token-request.js'

const credentials = { name: demo.alice.name, password: demo.alice.password }

describe('the web site', () => {
  test('sets its cookies with Secure and the prefix __Host- where the browser speaks https', async () => {
    const { url } = await startExampleApp({ TRUST_PROXY: '1' })
    const overHttps = { 'X-Forwarded-Proto': 'https' }

    for (const [prefix, headers, secure] of [
      ['', {}, ''],
      ['__Host-', overHttps, ' Secure;'],
    ] as const) {
      const page = await fetch(`${url}/sign-in`, { headers })
      const [ofVisitor = ''] = page.headers.getSetCookie()
      const form = new URLSearchParams({ csrf_token: tokenIn(await page.text()), ...credentials })
      const signedIn = await fetch(`${url}/sign-in`, {
        method: 'POST',
        headers: { ...headers, Cookie: ofVisitor.split(';')[0] ?? '' },
        body: form,
        redirect: 'manual',
      })

      expect(ofVisitor).toMatch(new RegExp(`^${prefix}visitor=[^;]+; Path=/; HttpOnly;${secure} SameSite=Lax$`))
      expect(signedIn.headers.getSetCookie()).toEqual([
        expect.stringMatching(new RegExp(`^${prefix}session=[^;]+; Path=/; HttpOnly;${secure} SameSite=Lax$`)),
      ])
    }
  })

  test('keeps no session for visitors, however many come and whatever they type', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const { url } = await startExampleApp({ DATABASE_FILE })

    for (let visit = 0; visit < 200; visit += 1) expect((await fetch(`${url}/sign-in`)).status).toBe(200)
    expect((await new FetchedPages(url).signIn({ name: 'alice', password: 'wrong' })).status).toBe(400)
    expect((await fetch(`${url}/no-such-page`)).status).toBe(404)
    expect(rowsIn(DATABASE_FILE, 'web_sessions')).toBe(0)

    expect((await new FetchedPages(url).signIn()).status).toBe(303)
    expect(rowsIn(DATABASE_FILE, 'web_sessions')).toBe(1)
  })

  test('authenticates with its key alone when it signs somebody in and out', async () => {
    const DATABASE_FILE = newDatabaseFile()
    const { url } = await startExampleApp({ DATABASE_FILE, CLIENT_KEY: '' })
    const browser = new FetchedPages(url)

    expect((await browser.signIn()).status).toBe(303)
    expect(rowsIn(DATABASE_FILE, 'oauth_grants')).toBe(1)
    expect((await browser.submit('/contacts', '/sign-out', {})).status).toBe(303)
    expect(rowsIn(DATABASE_FILE, 'oauth_grants')).toBe(0) // revoked
    expect(rowsIn(DATABASE_FILE, `clients where id = 'web-site' and secret_sha256 = ''`)).toBe(1)
  })

  test('lets no other site sign a visitor in', async () => {
    const { url } = await startExampleApp({})
    const { cookie, token } = await visit(url)
    const other = await visit(url)
    const madeUp = '00'.repeat(32)
    const post = async (csrf_token: string, cookie: string) => {
      const headers: Record<string, string> = cookie === '' ? {} : { Cookie: cookie }
      const body = new URLSearchParams({ csrf_token, ...credentials })
      return (await fetch(`${url}/sign-in`, { method: 'POST', headers, body, redirect: 'manual' })).status
    }

    expect(await post(token, '')).toBe(403) // SameSite keeps the cookie from a form of another site
    expect(await post('', cookie)).toBe(403)
    expect(await post(other.token, cookie)).toBe(403)
    expect(await post(madeUp, `visitor=${madeUp}`)).toBe(403)
    expect(await post(madeUp, `visitor=${madeUp}.`)).toBe(403)
    expect(await post(madeUp, cookie.replace(token, madeUp))).toBe(403)
    expect(await post(token, `other=1; ${cookie}`)).toBe(303)
  })

  test('lets no token of a visitor do anything for somebody who has signed in', async () => {
    const { url } = await startExampleApp({})
    const browser = new FetchedPages(url)
    const token = tokenIn(await (await browser.get('/sign-in')).text())
    expect((await browser.post('/sign-in', { csrf_token: token, ...credentials })).status).toBe(303)

    expect((await browser.post('/sessions/end-all', { csrf_token: token })).status).toBe(403)
    expect((await browser.submit('/sessions', '/sessions/end-all', {})).status).toBe(303)
  })

  test.skipIf(lacksPostgres)('says in a page that its database is away, and goes on once it is back', async () => {
    const connection = await cuttableConnection(await newPostgresDatabase(), 5432)
    const { url } = await startExampleApp({ DATABASE_URL: connection.url })
    const browser = new FetchedPages(url)
    expect((await browser.signIn()).status).toBe(303)

    await connection.cut()
    const away = await browser.get('/contacts')
    expect(away.status).toBe(503)
    expect(await away.text()).toMatch(/We will be back in a moment(?!.*at \/)/s)

    await connection.mend()
    expect((await browser.get('/contacts')).status).toBe(200)
  })
})

describe('the APIs of the example-app', () => {
  test('answer what is malformed, and what is not there, with JSON and nothing of the inside', async () => {
    const { url } = await startExampleApp({})
    const { body } = await login(url)
    const headers = { Authorization: `Bearer ${String(body.access_token)}`, 'Content-Type': 'application/json' }

    const malformed = await fetch(`${url}/api/contacts`, { method: 'POST', headers, body: '{"name":' })
    const nowhere = await fetch(`${url}/api/nowhere`)
    const foreign = await fetch(`${url}/account/sessions`, { headers })

    expect([malformed.status, await malformed.json()]).toEqual([400, { error: 'invalid_request' }])
    expect([nowhere.status, await nowhere.json()]).toEqual([404, { error: 'not_found' }])
    expect(foreign.status).toBe(403) // a client without the scope account
  })
})

async function visit(url: string): Promise<{ cookie: string; token: string }> {
  const page = await fetch(`${url}/sign-in`)
  return { cookie: page.headers.getSetCookie()[0]?.split(';')[0] ?? '', token: tokenIn(await page.text()) }
}

function tokenIn(page: string): string {
  return /name="csrf_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

function rowsIn(file: string, table: string): unknown {
  const database = new DatabaseSync(file)
  const row = database.prepare(`select count(*) as count from ${table}`).get() as { count: number } // the boundary
  database.close()
  return row.count
}
