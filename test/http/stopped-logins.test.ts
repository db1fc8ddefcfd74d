import { expect, test } from 'vitest'
import type { OAuthEvent } from '../../lib/index.js'
import { alice, basic, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const client = basic(webBackend)

async function startTold() {
  const events: OAuthEvent[] = []
  const tried: string[] = []
  const server = await startTokenServer({
    authenticateUser: (id, password) => {
      tried.push(id)
      return password === alice.password && { id }
    },
    limits: { userAndAddress: { limit: 3 } },
    onEvent: (event) => events.push(event),
  })
  return { ...server, events, tried }
}

test('Logins that are stopped are a 503 with Retry-After before the password is looked at and before they count; refreshes go on.', async () => {
  const { url, oauth, events, tried } = await startTold()
  const { body } = await requestToken(url, login, client)
  oauth.logins.stop()
  expect(oauth.logins.stopped()).toEqual({ all: true, clientIds: [] })
  for (let time = 0; time < 10; time++) {
    const refused = await requestToken(url, login, time % 2 === 0 ? client : basic(otherBackend))
    expect([refused.status, refused.body['error']]).toEqual([503, 'temporarily_unavailable'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
  expect((await requestToken(url, refresh, client)).status).toBe(200)
  oauth.logins.resume()
  expect((await requestToken(url, login, client)).status).toBe(200)
  expect(tried).toHaveLength(2)
  const reason = { type: 'login_refused', reason: 'stopped', code: 'temporarily_unavailable', clientId: webBackend.id }
  expect(events[2]).toMatchObject({ ...reason, userKey: expect.any(String) as unknown })
  expect(events.map(({ type }) => type).filter((type) => type.startsWith('logins_'))).toEqual([
    'logins_stopped',
    'logins_resumed',
  ])
  expect(JSON.stringify(events)).not.toContain(alice.password)
})

test('A stop for one client concerns no other, and a client that does not authenticate learns of none.', async () => {
  const { url, oauth, events } = await startTold()
  oauth.logins.stop({ clientId: webBackend.id })
  expect(oauth.logins.stopped()).toEqual({ all: false, clientIds: [webBackend.id] })
  expect((await requestToken(url, login, client)).status).toBe(503)
  expect((await requestToken(url, login, basic(otherBackend))).status).toBe(200)
  expect((await requestToken(url, login, basic({ ...webBackend, secret: 'wrong' }))).status).toBe(401)
  oauth.logins.stop()
  oauth.logins.resume()
  expect((await requestToken(url, login, client)).status).toBe(503)
  oauth.logins.resume({ clientId: webBackend.id })
  expect((await requestToken(url, login, client)).status).toBe(200)
  expect(events[0]).toMatchObject({ type: 'logins_stopped', clientId: webBackend.id })
})

test('A switch that is set wrongly is a TypeError and changes nothing.', async () => {
  const { oauth } = await startTold()
  const wrong: unknown[] = [
    { clientID: 'web' },
    { clientId: undefined },
    { clientId: '' },
    { clientId: 5 },
    'web',
    null,
    [],
  ]
  for (const which of wrong) {
    expect(() => {
      oauth.logins.stop(which as object)
    }).toThrow(TypeError)
    expect(() => {
      oauth.logins.resume(which as object)
    }).toThrow(TypeError)
  }
  expect(oauth.logins.stopped()).toEqual({ all: false, clientIds: [] })
})
