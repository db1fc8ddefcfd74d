import { describe, expect, test } from 'vitest'
import { cuttableConnection } from './cuttable-connection.js'
import { startExampleApp } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { lacksPostgres, newPostgresDatabase } from './servers.js'
import { login } from './token-request.js'

describe('the web site', () => {
  test('sets its cookie with Secure and the prefix __Host- where the browser speaks https', async () => {
    const { url } = await startExampleApp({ TRUST_PROXY: '1' })

    const overHttp = await fetch(`${url}/sign-in`)
    const overHttps = await fetch(`${url}/sign-in`, { headers: { 'X-Forwarded-Proto': 'https' } })

    expect(overHttp.headers.get('Set-Cookie')).toMatch(/^session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(overHttps.headers.get('Set-Cookie')).toMatch(
      /^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
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
