import { request } from 'node:http'
import passport from 'passport'
import { Strategy as ClientPasswordStrategy } from 'passport-oauth2-client-password'
import { expect, test } from 'vitest'
import type { OAuthEvent } from '../../lib/index.js'
import { alice, basic, nativeApp, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const clients = [{ ...webBackend, endUserAddress: true }, otherBackend, nativeApp]
const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }
const wrong = { ...login, password: 'wrong' }

test('A backend that is trusted names its user\u2019s address, by which logins are limited, told and remembered.', async () => {
  const events: OAuthEvent[] = []
  const { url, oauth } = await startTokenServer({
    clients,
    limits: { userAndAddress: { limit: 1 } },
    onEvent: (event) => events.push(event),
  })
  const from = (address: string, form: Record<string, string>) =>
    requestToken(url, form, { ...client, 'end-user-address': address })
  expect((await from('192.0.2.1', wrong)).status).toBe(400)
  expect((await from('192.0.2.1', login)).status).toBe(429)
  expect((await from('::ffff:192.0.2.1', login)).status).toBe(429)
  expect((await from('192.0.2.2', login)).status).toBe(200)
  expect((await from('2001:DB8::0:1', login)).status).toBe(200)
  expect((await oauth.grants.list('alice')).map(({ address }) => address).sort()).toEqual(['192.0.2.2', '2001:db8::1'])
  expect(events).toMatchObject([
    { type: 'login_refused', address: '127.0.0.1', endUserAddress: '192.0.2.1' },
    { type: 'limit_reached', limit: 'userAndAddress', endUserAddress: '192.0.2.1' },
    { type: 'limit_reached', limit: 'userAndAddress', endUserAddress: '192.0.2.1' },
    { type: 'token_issued', address: '127.0.0.1', endUserAddress: '192.0.2.2' },
    { type: 'token_issued', endUserAddress: '2001:db8::1' },
  ])
})

test.each([
  '',
  'unknown',
  '192.0.2.1, 192.0.2.2',
  '192.0.2.1:443',
  '[::1]',
  'fe80::1%eth0',
  '192.0.2',
  '1.2.3.4.5',
  '010.0.0.1',
  '::ffff:1.2.3.4:80',
])('The header is refused where it is %j, and the password is not looked at.', async (address) => {
  const { url } = await startTokenServer({ clients, authenticateUser: () => expect.fail('It was looked at.') })
  const { status, body } = await requestToken(url, login, { ...client, 'end-user-address': address })
  expect([status, body['error']]).toEqual([400, 'invalid_request'])
  expect(body['error_description']).toContain('End-User-Address must be one IPv4 or IPv6 address')
})

test('The header is refused where it is repeated.', async () => {
  const { url } = await startTokenServer({ clients })
  const status = await new Promise((resolve, reject) => {
    const headers = {
      ...client,
      'content-type': 'application/x-www-form-urlencoded',
      'end-user-address': ['192.0.2.1', '192.0.2.1'],
    }
    request(`${url}/token`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end(new URLSearchParams(login).toString())
  })
  expect(status).toBe(400)
})

test('From a client that is not trusted, with a secret or without, the header is ignored, well-formed or not.', async () => {
  const { url } = await startTokenServer({ clients, limits: { userAndAddress: { limit: 2 } } })
  const other = basic(otherBackend)
  expect((await requestToken(url, login, { ...other, 'end-user-address': 'garbage' })).status).toBe(200)
  const statuses = []
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    statuses.push((await requestToken(url, wrong, { ...other, 'end-user-address': address })).status)
  }
  expect(statuses).toEqual([400, 400, 429])
  const unauthenticated = { client_id: nativeApp.id, ...login }
  expect((await requestToken(url, unauthenticated, { 'end-user-address': '192.0.2.9' })).status).toBe(429)
})

test('Without the header the connection\u2019s address counts, for all users of the backend together.', async () => {
  const { url } = await startTokenServer({ clients, limits: { address: { limit: 2 } } })
  for (const username of ['a', 'b']) await requestToken(url, { ...wrong, username }, client)
  expect((await requestToken(url, login, client)).status).toBe(429)
  expect((await requestToken(url, login, { ...client, 'end-user-address': '192.0.2.1' })).status).toBe(200)
})

test('Failed client authentications are counted by the address of the connection, whatever the header says.', async () => {
  const { url } = await startTokenServer({ clients, limits: { clientAddress: { limit: 2 } } })
  const statuses = []
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    const headers = { ...basic({ ...webBackend, secret: 'wrong' }), 'end-user-address': address }
    statuses.push((await requestToken(url, login, headers)).status)
  }
  expect(statuses).toEqual([401, 401, 429])
})

test('A client of a Passport strategy is trusted where the strategy\u2019s user says so.', async () => {
  const own = new passport.Passport()
  own.use(
    new ClientPasswordStrategy((id, _secret, done) => {
      done(null, { id, endUserAddress: id === 'trusted' })
    }),
  )
  const { url } = await startTokenServer({
    passport: own,
    clientStrategies: { body: 'oauth2-client-password' },
    limits: { userAndAddress: { limit: 1 } },
  })
  const ask = async (id: string, address: string) =>
    (await requestToken(url, { ...wrong, client_id: id, client_secret: 'any' }, { 'end-user-address': address })).status
  expect([await ask('trusted', '192.0.2.1'), await ask('trusted', '192.0.2.2')]).toEqual([400, 400])
  expect([await ask('other', '192.0.2.3'), await ask('other', '192.0.2.4')]).toEqual([400, 429])
})
