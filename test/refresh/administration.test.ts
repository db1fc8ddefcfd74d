import { afterEach, describe, expect, test, vi } from 'vitest'
import type { OAuthEvent } from '../../lib/index.js'
import {
  alice,
  basic,
  bob,
  nativeApp,
  otherBackend,
  postForm,
  requestToken,
  startTokenServer,
  webBackend,
} from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { credentials, logIn } from '../log-in.js'
import { INVALID_GRANT, introspect, refresh, refreshed, revoke, statusOf } from './token-client.js'

const SECOND = 1000
const MINUTE = 60_000
const asNativeApp = { client_id: nativeApp.id }

afterEach(() => {
  vi.useRealTimers()
})

await onEveryStore(
  ({ place, store }) => {
    /** A server on which nobody is logged in. */
    async function startEmpty(options: Parameters<typeof startTokenServer>[0] = {}) {
      const events: OAuthEvent[] = []
      const started = await startTokenServer(
        { grantStore: store(), onEvent: (event) => events.push(event), ...options },
        {
          after: (app, { requireAccessToken }) => {
            app.get('/living', requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) => {
              response.json([])
            })
          },
        },
      )
      await started.oauth.grants.revokeAll(alice.username)
      await started.oauth.grants.revokeAll(bob.username)
      if (vi.isFakeTimers()) vi.setSystemTime(Date.now() + SECOND) // a login of the same moment is refused
      events.splice(0)
      return { ...started, events }
    }

    describe('oauth.grants.list', () => {
      test('says when, from where and by which client a user logged in and was last there, the newest first', async () => {
        const start = Date.now() + 86_400_000
        vi.useFakeTimers({ toFake: ['Date'], now: start - SECOND })
        const { url, oauth } = await startEmpty({ refreshTokens: { lifetime: '1h', idleLifetime: '30m' } })
        const tokens = await logIn(url, {
          scope: 'contacts.read',
          headers: { ...credentials, 'user-agent': 'Firefox' },
        })
        vi.setSystemTime(start + MINUTE)
        await requestToken(
          url,
          { grant_type: 'password', ...alice, ...asNativeApp },
          { 'user-agent': 'x'.repeat(1000) },
        )
        vi.setSystemTime(start + 2 * MINUTE)
        await refreshed(url, tokens.refresh)
        await logIn(url, { user: bob })

        const id = expect.stringMatching(/^[\w-]{22}\.[\w-]{8}$/) as string
        expect(await oauth.grants.list(alice.username)).toStrictEqual([
          {
            id,
            subject: 'alice',
            clientId: nativeApp.id,
            scope: '',
            generation: 0,
            createdAt: start + MINUTE,
            rotatedAt: start + MINUTE,
            endsAt: start + 61 * MINUTE,
            expiresAt: start + 31 * MINUTE,
            userAgent: 'x'.repeat(256),
            address: '127.0.0.1',
          },
          {
            id,
            subject: 'alice',
            clientId: webBackend.id,
            scope: 'contacts.read',
            generation: 1,
            createdAt: start,
            rotatedAt: start + 2 * MINUTE,
            endsAt: start + 60 * MINUTE,
            expiresAt: start + 32 * MINUTE,
            userAgent: 'Firefox',
            address: '127.0.0.1',
          },
        ])
      })

      test('holds no token, no part of one, and nobody else', async () => {
        const { url, oauth } = await startEmpty()
        const first = await logIn(url)
        const second = await refreshed(url, first.refresh)
        await logIn(url, { user: bob })
        const grants = await oauth.grants.list(alice.username)
        expect(grants.map(({ subject }) => subject)).toEqual(['alice'])
        const said = JSON.stringify(grants)
        for (const token of [first, second].flatMap(({ access, refresh }) => [access, refresh])) {
          for (const part of token.split('.')) expect(said).not.toContain(part)
        }
        expect(await oauth.grants.list('nobody')).toEqual([])
      })
    })

    test('oauth.grants.revoke ends one grant at once, tells the operator, and says whether it was living', async () => {
      const { url, oauth, events } = await startEmpty()
      const [ended, other] = [
        await logIn(url, { scope: 'contacts.read' }),
        await logIn(url, { scope: 'contacts.read' }),
      ]
      const id = String((await introspect(url, ended.access)).body['sid'])
      events.splice(0)
      expect(await oauth.grants.revoke(id)).toBe(true)
      expect(await oauth.grants.revoke(id)).toBe(false)
      expect(await oauth.grants.revoke('no-such-grant')).toBe(false)
      expect(events).toMatchObject([{ type: 'grant_revoked', subject: 'alice', clientId: webBackend.id, grantId: id }])
      expect((await refresh(url, ended.refresh)).body).toEqual(INVALID_GRANT)
      expect((await introspect(url, ended.access)).body).toEqual({ active: false })
      expect(await statusOf(`${url}/living`, ended.access)).toBe(401)
      expect(await statusOf(`${url}/living`, other.access)).toBe(200)
      await refreshed(url, other.refresh)
    })

    test('oauth.grants.revokeAll ends all grants of a subject but the one that is to stay', async () => {
      const { url, oauth, events } = await startEmpty()
      const [one, kept, two] = [await logIn(url), await logIn(url), await logIn(url)]
      const bobs = await logIn(url, { user: bob })
      const except = String((await introspect(url, kept.access)).body['sid'])
      events.splice(0)
      expect(await oauth.grants.revokeAll(alice.username, { except })).toBe(2)
      expect(await oauth.grants.revokeAll(alice.username, { except })).toBe(0)
      expect(events).toMatchObject([{ type: 'grants_revoked', subject: 'alice', count: 2 }])
      for (const { refresh: token } of [one, two]) expect((await refresh(url, token)).body).toEqual(INVALID_GRANT)
      const { refresh: token } = await refreshed(url, kept.refresh)
      expect(await oauth.grants.revokeAll(alice.username)).toBe(1)
      expect((await refresh(url, token)).body).toEqual(INVALID_GRANT)
      await refreshed(url, bobs.refresh)
    })

    test('oauth.grants.revokeAll does not take the grant of somebody else for the one that is to stay', async () => {
      const { url, oauth } = await startEmpty()
      await logIn(url)
      const bobs = await logIn(url, { user: bob })
      const except = String((await introspect(url, bobs.access)).body['sid'])
      expect(await oauth.grants.revokeAll(alice.username, { except })).toBe(1)
      expect(await oauth.grants.list(alice.username)).toEqual([])
    })

    test('oauth.grants.prune removes what has expired or was replayed, and nothing that lives', async () => {
      const start = Date.now() + 86_400_000
      vi.useFakeTimers({ toFake: ['Date'], now: start - SECOND })
      const { url, oauth } = await startEmpty({ refreshTokens: { idleLifetime: '10m', retryWindow: 1 } })
      await oauth.grants.prune()
      const [, replayed, living] = [await logIn(url), await logIn(url), await logIn(url)]
      await refreshed(url, replayed.refresh)
      vi.setSystemTime(start + 5 * MINUTE)
      const { refresh: token } = await refreshed(url, living.refresh)
      expect((await refresh(url, replayed.refresh)).body).toEqual(INVALID_GRANT)
      vi.setSystemTime(start + 11 * MINUTE)
      // Memory, MySQL and Redis drop what was replayed at once, and Redis what has expired.
      const pruned = { memory: 1, sqlite: 2, postgres: 2, mysql: 1, redis: 0 }[place.kind]
      expect(await oauth.grants.prune()).toBe(pruned)
      expect(await oauth.grants.prune()).toBe(0)
      expect(await oauth.grants.list(alice.username)).toHaveLength(1)
      await refreshed(url, token)
    })

    test('either token of a grant, revoked by its client, ends the grant; others revoke nothing', async () => {
      const { url, oauth, events } = await startEmpty()
      for (const kind of ['access', 'refresh'] as const) {
        const tokens = await logIn(url, { scope: 'contacts.read' })
        const { access } = await refreshed(url, tokens.refresh)
        events.splice(0)
        for (const token of [tokens.access, tokens.refresh]) {
          const ignored = [
            await revoke(url, token, basic(otherBackend)),
            await postForm(`${url}/revoke`, { token, ...asNativeApp }),
          ]
          expect(ignored.map(({ status, text }) => [status, text])).toEqual([
            [200, '{}'],
            [200, '{}'],
          ])
        }
        expect(events).toEqual([])
        expect(await statusOf(`${url}/living`, access)).toBe(200)

        await revoke(url, tokens[kind])
        expect(events.map(({ type }) => type)).toEqual(['grant_revoked'])
        expect(await statusOf(`${url}/living`, access)).toBe(401)
        expect((await introspect(url, access)).body).toEqual({ active: false })
        expect(await oauth.grants.list(alice.username)).toEqual([])
      }
    })

    test('a public client may not introspect, its own tokens included', async () => {
      const { url } = await startEmpty()
      const { body } = await requestToken(url, { grant_type: 'password', ...alice, ...asNativeApp })
      for (const kind of ['access_token', 'refresh_token']) {
        const answer = await postForm(`${url}/introspect`, { token: String(body[kind]), ...asNativeApp })
        expect([answer.status, answer.body['error'], Object.keys(answer.body)]).toEqual([
          400,
          'unauthorized_client',
          ['error', 'error_description'],
        ])
      }
    })
  },
  () => true,
  { byDate: true },
)
