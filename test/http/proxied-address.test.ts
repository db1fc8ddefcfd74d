import express from 'express'
import { expect, test } from 'vitest'
import { OAuthError, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }
const wrong = { ...login, password: 'wrong' }
const hundred = Array.from({ length: 100 }, (_, index) => index)

/** A server behind one proxy, with a login form of its own that responds with the status. */
async function startBehindProxy(options: Partial<OAuthPasswordGrantOptions> = {}, trustProxy: unknown = 1) {
  const events: OAuthEvent[] = []
  const tried: string[] = []
  const server = await startTokenServer(
    {
      authenticateUser: (username, password) => {
        tried.push(password)
        return password === alice.password && { id: username }
      },
      onEvent: (event) => events.push(event),
      ...options,
    },
    {
      before: (app) => app.set('trust proxy', trustProxy),
      after(app, oauth) {
        app.post('/login', express.urlencoded(), async (req, res) => {
          const { username, password } = req.body as Record<string, unknown>
          try {
            await oauth.authenticate(username, password, req)
            res.end()
          } catch (error) {
            res.status(error instanceof OAuthError ? error.status : 500).end()
          }
        })
      },
    },
  )
  const from = (forwardedFor: string, form: Record<string, string>) =>
    requestToken(server.url, form, { ...client, 'x-forwarded-for': forwardedFor })
  const atForm = async (forwardedFor: string, password: string) => {
    const body = new URLSearchParams({ username: alice.username, password })
    const headers = { 'x-forwarded-for': forwardedFor }
    return (await fetch(`${server.url}/login`, { method: 'POST', headers, body })).status
  }
  return { ...server, events, tried, from, atForm }
}

const SPELLINGS: readonly (readonly [string, (index: number) => string])[] = [
  ['ports of an IPv4 address', (index) => `192.0.2.1:${1024 + index}`],
  ['ports of an IPv6 address', (index) => `[2001:db8::1]:${1024 + index}`],
  ['zones of an IPv6 address', (index) => `fe80::1%eth${index}`],
  ['addresses of NAT64 and ports', (index) => `[64:ff9b::192.0.2.1]:${1024 + index}`],
  ['names that are not addresses', (index) => `_hidden${index}`],
]

test.each(SPELLINGS)('100 guesses from 100 %s are 10, at the token endpoint and at a login form', async (_, spelt) => {
  const { from, atForm, tried } = await startBehindProxy()
  for (const index of hundred.slice(0, 50)) await from(spelt(index), wrong)
  for (const index of hundred.slice(50)) await atForm(spelt(index), 'wrong')
  expect(tried).toHaveLength(10)
  expect((await from(spelt(100), login)).status).toBe(429)
  expect(await atForm(spelt(101), alice.password)).toBe(429)
  expect((await from('198.51.100.7:80', login)).status).toBe(200)
})

test('Failed client authentications are counted by the address without its port', async () => {
  const { url } = await startBehindProxy({ limits: { clientAddress: { limit: 2 } } })
  const statuses = []
  for (const port of [1, 2, 3]) {
    const headers = { ...basic({ ...webBackend, secret: 'wrong' }), 'x-forwarded-for': `192.0.2.1:${port}` }
    statuses.push((await requestToken(url, login, headers)).status)
  }
  expect(statuses).toEqual([401, 401, 429])
})

test('Events and grants show the address without its port', async () => {
  const { from, atForm, oauth, events } = await startBehindProxy()
  expect((await from('192.0.2.1:80', login)).status).toBe(200)
  expect((await from('[2001:DB8::1%25eth0]:80', login)).status).toBe(200)
  expect((await from('::ffff:192.0.2.2', login)).status).toBe(200)
  expect((await from('unknown', login)).status).toBe(200)
  expect(await atForm('192.0.2.3:80', alice.password)).toBe(200)
  const shown = events.filter(({ type }) => type === 'token_issued' || type === 'user_authenticated')
  const addresses = ['192.0.2.1', '2001:db8::1', '192.0.2.2', undefined, '192.0.2.3']
  expect(shown.map(({ address }) => address)).toEqual(addresses)
  expect(shown.map(({ endUserAddress }) => endUserAddress)).toEqual(addresses)
  const grants = await oauth.grants.list('alice')
  expect(grants.map(({ address }) => String(address)).sort()).toEqual(
    ['192.0.2.1', '2001:db8::1', '192.0.2.2', 'undefined'].sort(),
  )
})

test('Reports once that the proxy sends something that is not an address, and never on behalf of a stranger', async () => {
  const { url, from, events } = await startBehindProxy()
  const reported = () => events.filter((event) => event.type === 'misconfigured')
  const stranger = { ...basic({ ...webBackend, secret: 'wrong' }), 'x-forwarded-for': 'unknown' }
  await requestToken(url, login, stranger)
  await from('192.0.2.1:80', login)
  await from('[2001:db8::1]:80', login)
  expect(reported()).toEqual([])
  await from('unknown', login)
  await from('_hidden', login)
  expect(reported()).toMatchObject([{ misconfiguration: 'not_an_address', address: undefined }])
  expect(reported()[0]).toHaveProperty('remedy', expect.stringContaining('X-Forwarded-For'))
})
