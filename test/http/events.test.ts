import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OAuthError, type GrantStore, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, issuer, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice, scope: 'contacts.read' }
const client = basic(webBackend)

async function startTold(options: Partial<OAuthPasswordGrantOptions> = {}) {
  const events: OAuthEvent[] = []
  const server = await startTokenServer({
    onEvent: (event) => events.push(event),
    onError: () => undefined,
    ...options,
  })
  return { ...server, events }
}

test('A login and a refresh are told, each with the request that it came up in.', async () => {
  const { url, events } = await startTold()
  const { body } = await requestToken(url, login, client)
  const before = Date.now()
  await requestToken(url, { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }, client)
  const issued = { type: 'token_issued', subject: 'alice', clientId: webBackend.id, scope: 'contacts.read' }
  const origin = { issuer, address: '127.0.0.1', requestId: expect.stringMatching(/^[\da-f-]{36}$/) as unknown }
  expect(events).toMatchObject([
    { ...issued, ...origin, grantType: 'password' },
    { ...issued, ...origin, grantType: 'refresh_token' },
  ])
  expect(events[1]?.time).toBeGreaterThanOrEqual(before)
  expect(events[0]?.requestId).not.toBe(events[1]?.requestId)
})

test('A wrong password and an unknown user are told alike, by the hash of the name and not by the name.', async () => {
  const { url, events } = await startTold()
  await requestToken(url, { ...login, password: 'wrong' }, client)
  await requestToken(url, { ...login, username: 'my password by mistake' }, client)
  const refused = { type: 'login_refused', reason: 'wrong_credentials', code: 'invalid_grant', clientId: webBackend.id }
  expect(events).toMatchObject([refused, refused])
  expect(JSON.stringify(events)).not.toMatch(/alice|by mistake/)
})

test('What a function of the application refuses is told with its code.', async () => {
  const { url, events } = await startTold({
    authenticateUser: () => {
      throw new OAuthError('access_denied', 'The account is closed')
    },
  })
  await requestToken(url, login, client)
  expect(events).toMatchObject([{ type: 'login_refused', reason: 'application', code: 'access_denied' }])
})

test('A client that does not authenticate is told.', async () => {
  const { url, events } = await startTold()
  await requestToken(url, login, basic({ ...webBackend, secret: 'wrong' }))
  expect(events).toMatchObject([{ type: 'client_refused', address: '127.0.0.1' }])
})

test('A refresh token is told as not valid, of a grant that has ended, or reused.', async () => {
  const { url, events, oauth } = await startTold()
  const { body } = await requestToken(url, login, client)
  const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
  await requestToken(url, refresh, basic(otherBackend))
  await requestToken(url, { ...refresh, refresh_token: 'garbage' }, client)
  await oauth.grants.revokeAll('alice')
  await requestToken(url, refresh, client)
  expect(events.slice(1)).toMatchObject([
    { type: 'refresh_refused', reason: 'not_valid', clientId: otherBackend.id, grantId: expect.any(String) as unknown },
    { type: 'refresh_refused', reason: 'not_valid', clientId: webBackend.id, grantId: undefined },
    { type: 'grants_revoked', subject: 'alice', count: 1 },
    { type: 'refresh_refused', reason: 'ended', clientId: webBackend.id },
  ])
})

test('A 500 and a 503 are told with the id that the client is told, and onError the same id with the cause.', async () => {
  const errors: string[] = []
  const store: GrantStore = {
    ...Object.fromEntries(
      ['rotate', 'find', 'list', 'revoke', 'revokeAll', 'prune', 'spend', 'now'].map((method) => [
        method,
        () => undefined,
      ]),
    ),
    create: () => Promise.reject(new Error('the disk is full')),
  } as unknown as GrantStore
  const { url, events } = await startTold({ grantStore: store, onError: (_, { requestId }) => errors.push(requestId) })
  const late = await requestToken(url, login, client)
  const broken = await startTold({ authenticateUser: () => Promise.reject(new Error('no such table')) })
  const failed = await requestToken(broken.url, login, client)
  expect([late.status, failed.status]).toEqual([503, 500])
  expect(events).toMatchObject([{ type: 'store_failed', store: 'grants', requestId: errors[0] }])
  expect(broken.events).toMatchObject([{ type: 'server_error' }])
  expect(late.body['error_description']).toContain(errors[0])
  expect(failed.body['error_description']).toContain(broken.events[0]?.requestId)
})

test('A flood of refusals is told by few events, whose counts add up to every refusal.', async () => {
  const { url, events } = await startTold({ limits: { address: false, user: false, clientAddress: false } })
  const logins = 400
  const clientTries = 200
  for (let begun = 0; begun < logins; begun += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await requestToken(url, { ...login, username: `user ${begun + index}`, password: 'wrong' }, client)
      }),
    )
  }
  for (let begun = 0; begun < clientTries; begun += 50) {
    await Promise.all(
      Array.from({ length: 50 }, () => requestToken(url, login, basic({ ...webBackend, secret: 'wrong' }))),
    )
  }
  const sum = (type: OAuthEvent['type']) => counts(events.filter((event) => event.type === type))
  await vi.waitFor(
    () => {
      expect([sum('login_refused'), sum('client_refused')]).toEqual([logins, clientTries])
    },
    { timeout: 5000 },
  )
  expect(Math.max(...events.map((event) => ('count' in event ? event.count : 0)))).toBeGreaterThan(1)
  const merged = events.find((event) => event.type === 'login_refused' && event.count > 1)
  // They had the address in common, and neither the name nor the request.
  expect(merged).toMatchObject({ address: '127.0.0.1', userKey: undefined, requestId: undefined, issuer })
})

test('On a quiet server refusals are told one by one, in order, each with its user and its address.', async () => {
  const { url, events } = await startTold({ clients: [{ ...webBackend, endUserAddress: true }] })
  const userKeys = new Set<unknown>()
  for (let index = 0; index < 6; index++) {
    const wrong = { ...login, username: `user ${index}`, password: 'wrong' }
    await requestToken(url, wrong, { ...client, 'end-user-address': `192.0.2.${index}` })
    if (index === 2) await requestToken(url, login, basic({ ...webBackend, secret: 'wrong' }))
  }
  for (const event of events) if (event.type === 'login_refused') userKeys.add(event.userKey)
  expect(events.map(({ type, endUserAddress }) => `${type} ${endUserAddress}`)).toEqual([
    'login_refused 192.0.2.0',
    'login_refused 192.0.2.1',
    'login_refused 192.0.2.2',
    'client_refused 127.0.0.1',
    'login_refused 192.0.2.3',
    'login_refused 192.0.2.4',
    'login_refused 192.0.2.5',
  ])
  expect(counts(events)).toBe(events.length)
  expect(userKeys.size).toBe(6)
  expect(new Set(events.map(({ requestId }) => requestId)).size).toBe(events.length)
})

test('Events are also published on a diagnostics channel, with a hook and without.', async () => {
  const heard: unknown[] = []
  const listen = (event: unknown) => heard.push(event)
  subscribe('express-oauth-password-grant', listen)
  onTestFinished(() => void unsubscribe('express-oauth-password-grant', listen))
  const { url } = await startTokenServer()
  await requestToken(url, login, client)
  expect(heard).toMatchObject([{ type: 'token_issued', subject: 'alice' }])
  const told = await startTold()
  await requestToken(told.url, login, client)
  expect(heard[1]).toBe(told.events[0])
})

function counts(events: readonly OAuthEvent[]): number {
  return events.reduce((all, event) => all + ('count' in event ? event.count : 0), 0)
}
