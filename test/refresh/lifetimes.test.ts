import { generateKeyPairSync } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MemoryGrantStore, type ClientRegistration, type OAuthEvent, type User } from '../../lib/index.js'
import { bob, signingSecret, startTokenServer, webBackend } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { logIn } from '../log-in.js'
import { INVALID_GRANT, introspect, refresh, refreshed, statusOf } from './token-client.js'

const SECOND = 1000
const BOTH = 'contacts.read contacts.write'
const READ = 'contacts.read'

/** Time passes as the test says and no faster. Each test begins later than the one before. */
let start = Math.ceil(Date.now() / SECOND) * SECOND

beforeEach(() => {
  start += 3600 * SECOND
  vi.useFakeTimers({ toFake: ['Date'], now: start })
})

afterEach(() => {
  vi.useRealTimers()
})

function passTime(milliseconds: number): void {
  vi.setSystemTime(Date.now() + milliseconds)
}

const expOf = (token: string) => decodeJwt(token).exp ?? NaN

await onEveryStore(
  ({ store }) => {
    test('exp of a refresh token is when its row expires: idle from each refresh on, and never past the end', async () => {
      const { url, oauth } = await startTokenServer({
        grantStore: store(),
        refreshTokens: { lifetime: 100, idleLifetime: 40 },
      })
      await oauth.grants.revokeAll('alice')
      passTime(SECOND)
      let { refresh: token } = await logIn(url)
      for (const [pause, left] of [
        [0, 40],
        [30, 40],
        [30, 40],
        [30, 10],
      ] as const) {
        passTime(pause * SECOND)
        if (pause > 0) token = (await refreshed(url, token)).refresh
        const [grant] = await oauth.grants.list('alice')
        expect(grant?.expiresAt).toBe(Date.now() + left * SECOND)
        expect(expOf(token)).toBe((grant?.expiresAt ?? NaN) / SECOND)
        expect((await introspect(url, token)).body['exp']).toBe(expOf(token))
      }
      passTime(9 * SECOND)
      token = (await refreshed(url, token)).refresh
      passTime(SECOND)
      expect((await refresh(url, token)).body).toEqual(INVALID_GRANT)
      expect(await oauth.grants.list('alice')).toEqual([])
    })

    test('a retry still gets its successor where the token that it presents has expired since', async () => {
      const { url } = await startTokenServer({ grantStore: store(), refreshTokens: { idleLifetime: 60 } })
      const first = await logIn(url)
      passTime(59 * SECOND)
      const lost = await refreshed(url, first.refresh)
      passTime(2 * SECOND)
      expect((await refreshed(url, first.refresh)).refresh).toBe(lost.refresh)
      passTime(9 * SECOND)
      expect((await refresh(url, first.refresh)).body).toEqual(INVALID_GRANT)
    })

    test('a grant that was not refreshed in time is gone, and its access token inactive', async () => {
      const { url } = await startTokenServer({ grantStore: store(), refreshTokens: { idleLifetime: 40 } })
      const tokens = await logIn(url)
      passTime(40 * SECOND)
      expect((await refresh(url, tokens.refresh)).body).toEqual(INVALID_GRANT)
      expect((await introspect(url, tokens.access)).body).toEqual({ active: false })
    })

    test('the retry window is open to its last millisecond and not one longer', async () => {
      const { url } = await startTokenServer({ grantStore: store(), refreshTokens: { retryWindow: 5 } })
      const first = await logIn(url)
      const second = await refreshed(url, first.refresh)
      for (const pause of [0, 1, 4999]) {
        passTime(pause)
        if (pause === 4999) vi.setSystemTime(start + 5000)
        expect((await refreshed(url, first.refresh)).refresh).toBe(second.refresh)
      }
      passTime(1)
      expect((await refresh(url, first.refresh)).body).toEqual(INVALID_GRANT)
      expect((await refresh(url, second.refresh)).body).toEqual(INVALID_GRANT)
    })

    test('retryWindow: false makes every reuse a replay, also in the millisecond of the refresh', async () => {
      const events: OAuthEvent[] = []
      const { url, oauth } = await startTokenServer({
        grantStore: store(),
        refreshTokens: { retryWindow: false, idleLifetime: 60 },
        onEvent: (event) => events.push(event),
      })
      await oauth.grants.revokeAll('alice')
      passTime(SECOND)
      const first = await logIn(url)
      const second = await refreshed(url, first.refresh)
      const third = await refreshed(url, second.refresh)
      events.splice(0)
      expect((await refresh(url, second.refresh)).body).toEqual(INVALID_GRANT)
      expect((await refresh(url, third.refresh)).body).toEqual(INVALID_GRANT)
      expect(await oauth.grants.list('alice')).toEqual([])
      expect((await introspect(url, third.access)).body).toEqual({ active: false })
      expect(events).toMatchObject([
        { type: 'refresh_token_reused', subject: 'alice' },
        { type: 'refresh_refused', reason: 'ended' },
      ])

      const other = await logIn(url)
      passTime(59 * SECOND)
      await refreshed(url, other.refresh)
      passTime(SECOND)
      events.splice(0)
      expect((await refresh(url, other.refresh)).body).toEqual(INVALID_GRANT)
      expect(events).toMatchObject([{ type: 'refresh_refused', reason: 'not_valid' }])
      expect(await oauth.grants.list('alice')).toMatchObject([{ generation: 1 }])
    })

    test('retries do not keep the window open', async () => {
      const { url } = await startTokenServer({ grantStore: store(), refreshTokens: { retryWindow: 5 } })
      const first = await logIn(url)
      await refreshed(url, first.refresh)
      passTime(4 * SECOND)
      await refreshed(url, first.refresh)
      passTime(2 * SECOND)
      expect((await refresh(url, first.refresh)).body).toEqual(INVALID_GRANT)
    })

    test('a token two generations back is a replay even within the window', async () => {
      const { url } = await startTokenServer({ grantStore: store() })
      const first = await logIn(url)
      const second = await refreshed(url, first.refresh)
      const third = await refreshed(url, second.refresh)
      expect((await refresh(url, first.refresh)).body).toEqual(INVALID_GRANT)
      expect((await refresh(url, third.refresh)).body).toEqual(INVALID_GRANT)
    })

    test('a row that a backup brought back, behind the token, is healed by the next refresh', async () => {
      const { url, oauth } = await startTokenServer({ grantStore: store() })
      await oauth.grants.revokeAll('alice')
      passTime(SECOND)
      const first = await logIn(url)
      const [backup] = await oauth.grants.list('alice')
      if (backup === undefined) throw new Error('There is no grant.')
      let tokens = first
      for (let generation = 1; generation <= 3; generation++) tokens = await refreshed(url, tokens.refresh)
      await store().revoke(backup.id)
      await store().create({ grant: backup, age: 0, maxPerSubject: undefined })

      passTime(60 * SECOND)
      const healed = await refreshed(url, tokens.refresh)
      expect(await oauth.grants.list('alice')).toMatchObject([{ id: backup.id, generation: 4 }])
      expect((await refreshed(url, tokens.refresh)).refresh).toBe(healed.refresh)
      const next = await refreshed(url, healed.refresh)
      expect((await refresh(url, first.refresh)).body).toEqual(INVALID_GRANT)
      expect((await refresh(url, next.refresh)).body).toEqual(INVALID_GRANT)
    })

    test('a scope is narrowed for one access token, retries included, and never widened', async () => {
      const { url } = await startTokenServer({ grantStore: store() })
      const first = await logIn(url, { scope: BOTH })
      const narrow = await refreshed(url, first.refresh, { scope: READ })
      expect(decodeJwt(narrow.access)['scope']).toBe(READ)
      const retried = await refreshed(url, first.refresh)
      expect([retried.refresh, decodeJwt(retried.access)['scope']]).toEqual([narrow.refresh, BOTH])

      const { refresh: token } = await logIn(url, { scope: READ })
      for (const scope of [BOTH, 'contacts.write', 'unknown', `${READ}  unknown`]) {
        expect((await refresh(url, token, { scope })).body['error']).toBe('invalid_scope')
      }
      expect(decodeJwt((await refreshed(url, token)).access)['scope']).toBe(READ)
    })
  },
  () => true,
  { byDate: true },
)

describe('the client', () => {
  async function startWithClient() {
    let registration: ClientRegistration = webBackend
    const started = await startTokenServer({ clients: (id) => (id === registration.id ? registration : undefined) })
    const register = (more: Partial<ClientRegistration>) => {
      registration = { ...webBackend, ...more }
    }
    return { ...started, register }
  }

  test('that lost a scope gets it no more, though the grant has it; and again once it may have it again', async () => {
    const { url, register } = await startWithClient()
    const first = await logIn(url, { scope: BOTH })
    register({ scopes: [READ] })
    const answer = await refresh(url, first.refresh)
    expect([answer.status, answer.body['scope']]).toEqual([200, READ])
    const second = String(answer.body['refresh_token'])
    expect((await refresh(url, second, { scope: BOTH })).body['error']).toBe('invalid_scope')
    register({})
    expect(decodeJwt((await refreshed(url, second)).access)['scope']).toBe(BOTH)
  })

  test('that may no longer refresh does not, and its grant lives on', async () => {
    const { url, oauth, register } = await startWithClient()
    const { refresh: token } = await logIn(url)
    register({ grantTypes: ['password'] })
    expect((await refresh(url, token)).body['error']).toBe('unauthorized_client')
    expect(await oauth.grants.list('alice')).toMatchObject([{ generation: 0 }])
  })
})

describe('refreshUser', () => {
  test.for([false, null, undefined] as const)(
    'that answers %s ends the grant of that subject and of nobody else',
    async (gone) => {
      const asked: unknown[] = []
      const events: OAuthEvent[] = []
      const { url, oauth } = await startTokenServer(
        {
          refreshUser: (subject, { client, scope }) => {
            asked.push([subject, client?.id, scope])
            return subject === 'alice' ? gone : { id: subject }
          },
          onEvent: (event) => events.push(event),
        },
        {
          after: (app, { requireAccessToken }) => {
            app.get('/living', requireAccessToken(READ, { checkRevocation: true }), (_request, response) => {
              response.json([])
            })
          },
        },
      )
      const [alices, bobs] = [await logIn(url, { scope: READ }), await logIn(url, { user: bob })]
      expect(asked).toEqual([])
      expect((await refresh(url, alices.refresh)).body).toEqual(INVALID_GRANT)
      await refreshed(url, bobs.refresh)
      expect(asked).toEqual([
        ['alice', 'web-backend', READ],
        ['bob', 'web-backend', ''],
      ])
      expect(await oauth.grants.list('alice')).toEqual([])
      expect(await statusOf(`${url}/living`, alices.access)).toBe(401)
      expect(events.filter(({ type }) => type !== 'token_issued')).toMatchObject([
        { type: 'grant_revoked', subject: 'alice' },
        { type: 'refresh_refused', reason: 'user_refused' },
        { type: 'access_token_refused', reason: 'revoked' },
      ])
    },
  )

  test('that throws is a 500 and costs nobody a session, however long it throws', async () => {
    let isDown = false
    const errors: unknown[] = []
    const { url } = await startTokenServer({
      refreshTokens: { retryWindow: 2 },
      refreshUser: (subject) => {
        if (isDown) throw new Error('the directory is down')
        return { id: subject }
      },
      onError: (error) => errors.push(error),
    })
    const first = await logIn(url)
    const { refresh: token } = await refreshed(url, first.refresh)
    isDown = true
    for (let attempt = 0; attempt < 5; attempt++) {
      const { status, body, text } = await refresh(url, token)
      expect([status, body['error']]).toEqual([500, 'server_error'])
      expect(text).not.toContain('directory')
      passTime(3 * SECOND)
    }
    expect(errors).toHaveLength(5)
    isDown = false
    await refreshed(url, token)
  })

  test('decides by the user that it answers what authorizeScope and the hooks of the token are told', async () => {
    const users = new Map([['alice', { id: 'alice', isAdmin: true }]])
    const { url } = await startTokenServer({
      authenticateUser: () => users.get('alice'),
      refreshUser: (subject) => users.get(subject),
      authorizeScope: ({ user, scope }) => scope.split(' ').filter((one) => one === READ || isAdmin(user)),
      accessTokenClaims: ({ user }) => ({ admin: user !== undefined && isAdmin(user) }),
    })
    const { refresh: token, access } = await logIn(url, { scope: BOTH })
    expect(decodeJwt(access)).toMatchObject({ scope: BOTH, admin: true })
    users.set('alice', { id: 'alice', isAdmin: false })
    const demoted = await refreshed(url, token)
    expect(decodeJwt(demoted.access)).toMatchObject({ scope: READ, admin: false })
    users.set('alice', { id: 'alice', isAdmin: true })
    const again = await refreshed(url, demoted.refresh)
    expect(decodeJwt(again.access)).toMatchObject({ scope: BOTH, admin: true })
  })

  test('is not given: authorizeScope, which needs a user, is not asked at a refresh', async () => {
    let asked = 0
    const { url } = await startTokenServer({
      authorizeScope: ({ scope }) => {
        asked++
        return scope.split(' ')
      },
    })
    const { refresh: token } = await logIn(url, { scope: BOTH })
    expect(decodeJwt((await refreshed(url, token)).access)['scope']).toBe(BOTH)
    expect(asked).toBe(1)
  })
})

function isAdmin(user: User): boolean {
  return 'isAdmin' in user && user.isAdmin === true
}

describe('a change of the signing key', () => {
  const newSecret = 'the-new-signing-secret-of-32-bytes-and-more'
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kidOf = (token: string) => decodeProtectedHeader(token).kid

  function startWith(grantStore: MemoryGrantStore, options: Parameters<typeof startTokenServer>[0]) {
    return startTokenServer(
      { grantStore, ...options },
      {
        after: (app, { requireAccessToken }) => {
          app.get('/contacts', requireAccessToken(READ), (_request, response) => {
            response.json([])
          })
        },
      },
    )
  }

  test.for([
    ['another secret', newSecret],
    ['a key of another kind', privateKey],
  ] as const)(
    'to %s, with the old one kept, ends nothing, and what is new is signed by the new one',
    async ([, key]) => {
      const store = new MemoryGrantStore()
      const before = await startWith(store, { signingKeys: signingSecret })
      const old = await logIn(before.url, { scope: READ })
      const after = await startWith(store, { signingKeys: [key, signingSecret] })
      expect(await statusOf(`${after.url}/contacts`, old.access)).toBe(200)
      expect((await introspect(after.url, old.access)).body['active']).toBe(true)
      expect((await introspect(after.url, old.refresh)).body['active']).toBe(true)

      const next = await refreshed(after.url, old.refresh)
      expect(kidOf(next.access)).not.toBe(kidOf(old.access))
      expect(kidOf(next.refresh)).not.toBe(kidOf(old.refresh))
      expect((await refreshed(after.url, old.refresh)).refresh).toBe(next.refresh)
      expect(await statusOf(`${after.url}/contacts`, next.access)).toBe(200)

      const later = await startWith(store, { signingKeys: [key] })
      await refreshed(later.url, next.refresh)
      expect(await statusOf(`${later.url}/contacts`, next.access)).toBe(200)
      expect(await statusOf(`${later.url}/contacts`, old.access)).toBe(401)
    },
  )

  test('while servers of both sorts run, ends nothing where each knows both keys', async () => {
    const store = new MemoryGrantStore()
    const one = await startWith(store, { signingKeys: [signingSecret, newSecret] })
    const other = await startWith(store, { signingKeys: [newSecret, signingSecret] })
    let { refresh: token } = await logIn(one.url)
    for (const { url } of [other, one, other]) {
      const spent = token
      token = (await refreshed(url, spent)).refresh
      await refreshed(one.url, spent)
      await refreshed(other.url, spent)
    }
  })

  test('without the old one ends access tokens, and no refresh token where refreshTokens.secret is given', async () => {
    const store = new MemoryGrantStore()
    const refreshTokens = { secret: 'refresh-secret-of-32-bytes-and-more' }
    const before = await startWith(store, { signingKeys: signingSecret, refreshTokens })
    const old = await logIn(before.url, { scope: READ })
    const after = await startWith(store, { signingKeys: newSecret, refreshTokens })
    expect(await statusOf(`${after.url}/contacts`, old.access)).toBe(401)
    const next = await refreshed(after.url, old.refresh)
    expect(kidOf(next.refresh)).toBe(kidOf(old.refresh))
    expect(await statusOf(`${after.url}/contacts`, next.access)).toBe(200)
  })

  test('without the old one ends refresh tokens that are derived from it, and without a word about why', async () => {
    const store = new MemoryGrantStore()
    const before = await startWith(store, { signingKeys: signingSecret })
    const old = await logIn(before.url)
    const after = await startWith(store, { signingKeys: newSecret })
    expect((await refresh(after.url, old.refresh)).body).toEqual(INVALID_GRANT)
    await refreshed(before.url, old.refresh)
  })
})
