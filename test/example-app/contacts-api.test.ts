import { expect, test, vi } from 'vitest'
import { demo } from '../../example-app/demo.js'
import { freePort } from '../stores/free-port.js'
import { newDatabaseFile, startExampleApp } from './example-app.js'
import { login, tokenRequest } from './token-request.js'

// Three processes start one after the other.
vi.setConfig({ testTimeout: 120_000 })

test('The contacts API is guarded in a process and with a database of its own, that knows the issuer’s URL alone.', async () => {
  const PORT = String(await freePort())
  const DATABASE_FILE = newDatabaseFile()
  const server = { PARTS: 'authorization-server', DATABASE_FILE, PORT }
  const [one, api] = await Promise.all([
    startExampleApp(server),
    startExampleApp({ PARTS: 'contacts-api', ISSUER: `http://127.0.0.1:${PORT}` }),
  ])
  const ask = async (token?: string, contact?: object) => {
    const answer = await fetch(new URL('/api/contacts', api.url), {
      method: contact === undefined ? 'GET' : 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        'content-type': 'application/json',
      },
      body: contact === undefined ? null : JSON.stringify(contact),
    })
    return { status: answer.status, challenge: answer.headers.get('www-authenticate'), body: await answer.text() }
  }

  expect(await ask()).toMatchObject({ status: 401, challenge: 'Bearer realm="oauth"' })
  const alice = await login(one.url)
  const bob = String((await login(one.url, demo.bob)).body['access_token'])
  const token = String(alice.body['access_token'])
  expect(await ask(token)).toMatchObject({ status: 200 })
  expect(await ask(token, { name: 'Dora', email: 'dora@example.com' })).toMatchObject({ status: 201 })
  expect((await ask(token)).body).toContain('dora@example.com')
  expect((await ask(bob)).body).not.toContain('dora@example.com')
  expect(await ask(bob, { name: 'Dora', email: 'dora@example.com' })).toMatchObject({
    status: 403,
    challenge: expect.stringContaining('scope="contacts.write"') as string,
  })
  expect(await ask(String(alice.body['refresh_token']))).toMatchObject({ status: 401 })

  one.signal('SIGKILL')
  await one.ending
  expect(await ask(token), 'while the issuer is down').toMatchObject({ status: 200 })
  const again = await startExampleApp(server)
  expect(again.url).toBe(one.url)
  const refreshed = await tokenRequest(again.url, {
    grant_type: 'refresh_token',
    refresh_token: String(alice.body['refresh_token']),
  })
  expect(await ask(String(refreshed.body['access_token']))).toMatchObject({ status: 200 })
})
