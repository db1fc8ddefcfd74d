import { DatabaseSync } from '@photostructure/sqlite'
import { Secret, TOTP } from 'otpauth'
import { expect, test, vi } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { FetchedPages } from './fetched-pages.js'
import { login, tokenRequest } from './token-request.js'

// A hundred passwords are hashed.
vi.setConfig({ testTimeout: 120_000 })

const NAMESAKES = Array.from({ length: 10 }, (_, number) => `visitor-${String(number)}`)

test('A hundred wrong confirmations by one visitor leave another visitor alone.', async () => {
  const DATABASE_FILE = newDatabaseFile()
  const { url } = await startExampleApp({ DATABASE_FILE, TRUST_PROXY: '1' })
  addUsers(DATABASE_FILE, NAMESAKES)
  const statuses: number[] = []

  // Ten accounts of one person: each may be guessed at ten times from one address, and then the address has had its hundred.
  for (const name of NAMESAKES) {
    const mallory = new FetchedPages(url, '192.0.2.66')
    expect((await mallory.signIn({ name, password: demo.alice.password })).status).toBe(303)
    for (let guess = 0; guess < 10; guess += 1) {
      statuses.push((await mallory.submit('/second-factor', '/second-factor/set-up', { password: 'a guess' })).status)
    }
  }
  expect(new Set(statuses)).toEqual(new Set([400]))
  const other = new FetchedPages(url, '192.0.2.66')
  expect((await other.signIn(demo.bob)).status).toBe(429)

  const bob = new FetchedPages(url, '192.0.2.7')
  expect((await bob.signIn(demo.bob)).status).toBe(303)
  const fields = { current: demo.bob.password, fresh: 'a sentence of bob', again: 'a sentence of bob' }
  const changed = await bob.submit('/password', '/password', fields)
  expect([changed.status, changed.headers.get('Location')]).toEqual([303, '/sessions?done=password'])
})

test('The account API believes no client that is not registered to name the end user’s address.', async () => {
  const DATABASE_FILE = newDatabaseFile()
  const { url } = await startExampleApp({ DATABASE_FILE })
  change(DATABASE_FILE, `update clients set scope = scope || ' account', end_user_address = 0`)
  const { name, password } = demo.alice
  const scope = 'account'
  const { body } = await tokenRequest(url, { grant_type: 'password', username: name, password, scope })
  const statuses: number[] = []

  for (let guess = 0; guess < 11; guess += 1) {
    const { status } = await fetch(`${url}/account/second-factor`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${String(body['access_token'])}`,
        'Content-Type': 'application/json',
        'End-User-Address': `192.0.2.${String(guess)}`,
      },
      body: JSON.stringify({ password: 'a guess' }),
    })
    statuses.push(status)
  }

  expect(statuses).toEqual([...Array<number>(10).fill(400), 429])
})

test('Turning off a second factor asks for the password and for a code that was not used before.', async () => {
  const { url } = await startExampleApp({})
  const { name, password, totpSecret } = demo.carol
  const app = new TOTP({ secret: Secret.fromBase32(totpSecret) })
  const code = app.generate()
  const browser = new FetchedPages(url)
  expect((await browser.signIn(demo.carol)).headers.get('Location')).toBe('/sign-in/code')
  expect((await browser.submit('/sign-in/code', '/sign-in/code', { code })).status).toBe(303)
  const turnOff = (fields: Readonly<Record<string, string>>) =>
    browser.submit('/second-factor', '/second-factor/remove', fields)
  const next = app.generate({ timestamp: Date.now() + 30_000 })

  expect((await turnOff({ password })).status).toBe(400)
  expect((await turnOff({ password: 'wrong', code: next })).status).toBe(400)
  expect(await (await turnOff({ password, code: '000000' })).text()).toContain('That code is not right')
  expect(await (await turnOff({ password, code })).text()).toContain('was used already')
  expect((await login(url, { name, password })).body['error']).toBe('mfa_required')
  expect((await turnOff({ password, code: next })).headers.get('Location')).toBe('/second-factor?done=off')
  expect((await login(url, { name, password })).status).toBe(200)
})

/** Users with alice's password. */
function addUsers(file: string, names: readonly string[]): void {
  for (const name of names) {
    change(
      file,
      `insert into users (id, name, password_hash, scope) select '${name}', '${name}', password_hash, scope from users where name = 'alice'`,
    )
  }
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}
