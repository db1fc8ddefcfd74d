import { setTimeout as sleep } from 'node:timers/promises'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { OAuthError, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, bob, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const client = basic(webBackend)
const refusedUser = { error: 'invalid_grant', error_description: 'The user name or the password is wrong' }

type Authenticate = NonNullable<OAuthPasswordGrantOptions['authenticateUser']>

describe('a user', () => {
  test('who is unknown and one whose password is wrong get the same bytes', async () => {
    const { url } = await startTokenServer()
    const wrong = await requestToken(url, { ...login, password: 'wrong' }, client)
    const unknown = await requestToken(url, { ...login, username: 'nobody' }, client)
    expect([wrong.status, wrong.body]).toEqual([400, refusedUser])
    expect(unknown.text).toBe(wrong.text)
    expect(unknown.status).toBe(wrong.status)
    const names = (headers: Headers) => [...headers.keys()].filter((name) => name !== 'date').sort()
    expect(names(unknown.headers)).toEqual(names(wrong.headers))
  })

  test.each([
    ['false', () => false],
    ['null', () => null],
    ['undefined', () => undefined],
    ['a promise of false', () => Promise.resolve(false)],
  ] as [string, Authenticate][])('for whom the application answers %s is refused', async (_what, authenticateUser) => {
    const { url } = await startTokenServer({ authenticateUser })
    const answer = await requestToken(url, login, client)
    expect([answer.status, answer.body]).toEqual([400, refusedUser])
  })

  test('without a password is invalid_request whether the name is known or not', async () => {
    const asked: string[] = []
    const authenticateUser: Authenticate = (username) => {
      asked.push(username)
      return undefined
    }
    const { url } = await startTokenServer({ authenticateUser })
    const known = await requestToken(url, { ...login, password: '' }, client)
    const unknown = await requestToken(url, { ...login, username: 'nobody', password: '' }, client)
    expect(known.body).toEqual({ error: 'invalid_request', error_description: 'password is missing' })
    expect(unknown.text).toBe(known.text)
    expect(asked).toEqual([])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('connect ECONNREFUSED 10.0.0.5 (user=app password=hunter2)')
      },
    ],
    ['rejects', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.5 (user=app password=hunter2)'))],
    [
      'rejects later',
      async () => {
        await sleep(5)
        throw Object.assign(new Error('hunter2'), { code: 'ECONNREFUSED', status: 404 })
      },
    ],
    [
      'throws a text',
      () => {
        throw 'hunter2' as unknown as Error
      },
    ],
    ['answers a user without an id', () => ({}) as { id: string }],
    ['answers a user whose id is empty', () => ({ id: '' })],
    ['answers true', () => true as unknown as { id: string }],
  ] as [string, Authenticate][])(
    'for whom the application %s is a 500 of fixed words',
    async (_what, authenticateUser) => {
      const errors: { error: unknown; requestId: string }[] = []
      const { url } = await startTokenServer({
        authenticateUser,
        onError: (error, { requestId }) => errors.push({ error, requestId }),
      })
      const answer = await requestToken(url, login, client)
      expect([answer.status, answer.body['error']]).toEqual([500, 'server_error'])
      expect(answer.text).not.toMatch(/hunter2|ECONNREFUSED|10\.0/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(errors).toHaveLength(1)
      expect(answer.body['error_description']).toBe(
        `The server met an unexpected condition; request ${errors[0]?.requestId ?? ''}`,
      )
    },
  )

  test('hears what the application says by an OAuthError', async () => {
    const { url } = await startTokenServer({
      authenticateUser: () => {
        throw new OAuthError('mfa_required', 'A "second" factor is needed – now', { members: { mfa_token: 'abc' } })
      },
    })
    const answer = await requestToken(url, login, client)
    expect(answer.status).toBe(403)
    expect(answer.body).toEqual({
      error: 'mfa_required',
      error_description: 'A ?second? factor is needed ? now',
      mfa_token: 'abc',
    })
  })

  test('is not asked about before client, grant and scope are right', async () => {
    const asked: string[] = []
    const authenticateUser: Authenticate = (username) => {
      asked.push(username)
      return { id: username }
    }
    const { url } = await startTokenServer({ authenticateUser })
    for (const password of [alice.password, 'wrong']) {
      const answer = await requestToken(url, { ...login, password, scope: 'admin' }, client)
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_scope'])
    }
    await requestToken(url, login, basic({ ...webBackend, secret: 'wrong' }))
    expect(asked).toEqual([])
  })

  test('of 300 who log in at once gets the token of no other', async () => {
    const { url } = await startTokenServer({
      authenticateUser: async (username, password) => {
        await sleep(Math.random() * 30)
        return password === `password of ${username}` && { id: username }
      },
    })
    const names = Array.from({ length: 300 }, (_, index) => `user-${index}`)
    const subjects = await Promise.all(
      names.map(async (username) => {
        const answer = await requestToken(url, { ...login, username, password: `password of ${username}` }, client)
        return decodeJwt(String(answer.body['access_token'])).sub
      }),
    )
    expect(subjects).toEqual(names)
  })

  test('has the subject that the option subject says', async () => {
    const authenticateUser = (username: string) => ({ id: 7, uuid: `uuid of ${username}` })
    const { url } = await startTokenServer({
      authenticateUser,
      subject: (user) => ('uuid' in user ? String(user.uuid) : ''),
    })
    const answer = await requestToken(url, login, client)
    expect(decodeJwt(String(answer.body['access_token'])).sub).toBe('uuid of alice')
  })

  test.each([7, 7n, '7'])('has a subject of text where the id is %s', async (id) => {
    const { url } = await startTokenServer({ authenticateUser: () => ({ id }) })
    const answer = await requestToken(url, login, client)
    expect(decodeJwt(String(answer.body['access_token'])).sub).toBe('7')
  })
})

describe('the application shapes what a user gets', () => {
  test('by narrowing the scope', async () => {
    const { url } = await startTokenServer({
      authorizeScope: ({ user, scope }) =>
        scope.split(' ').filter((one) => user.id === 'alice' || one.endsWith('.read')),
    })
    const scope = 'contacts.write contacts.read'
    expect((await requestToken(url, { ...login, scope }, client)).body['scope']).toBe(scope)
    expect((await requestToken(url, { ...login, ...bob, scope }, client)).body['scope']).toBe('contacts.read')
  })

  test('and is stopped by a 500 where it widens the scope', async () => {
    const errors: unknown[] = []
    const { url } = await startTokenServer({
      authorizeScope: () => ['contacts.read', 'contacts.write'],
      onError: (error) => errors.push(error),
    })
    const answer = await requestToken(url, { ...login, scope: 'contacts.read' }, client)
    expect([answer.status, answer.body['error']]).toEqual([500, 'server_error'])
    expect(String(errors[0])).toMatch(/authorizeScope.*may only narrow/)
  })

  test('by adding claims and members, never over those of the protocol', async () => {
    const errors: string[] = []
    const { url } = await startTokenServer({
      accessTokenClaims: ({ user, grantType }) => ({ name: String(user?.id), via: grantType }),
      responseMembers: () => ({ user_name: 'Älice' }),
      onError: (error) => errors.push(String(error)),
    })
    const answer = await requestToken(url, login, client)
    expect(answer.body['user_name']).toBe('Älice')
    expect(decodeJwt(String(answer.body['access_token']))).toMatchObject({
      name: 'alice',
      via: 'password',
      sub: 'alice',
    })
    for (const clash of [
      { accessTokenClaims: () => ({ sub: 'root' }) },
      { responseMembers: () => ({ scope: 'root' }) },
    ]) {
      const server = await startTokenServer({ ...clash, onError: (error) => errors.push(String(error)) })
      expect((await requestToken(server.url, login, client)).status).toBe(500)
    }
    expect(errors).toHaveLength(2)
  })

  test.each([null, undefined])('by adding nothing if the functions return %s', async (nothing) => {
    const { url } = await startTokenServer({ accessTokenClaims: () => nothing, responseMembers: () => nothing })
    const { status, body } = await requestToken(url, login, client)
    expect([status, Object.keys(body).toSorted()]).toEqual([
      200,
      ['access_token', 'expires_in', 'refresh_token', 'scope', 'token_type'],
    ])
  })

  test.each(['accessTokenClaims', 'responseMembers'])('but not by returning a string from %s', async (option) => {
    const errors: unknown[] = []
    const wrong = { [option]: () => 'admin' }
    const { url } = await startTokenServer({ ...wrong, onError: (error) => errors.push(error) })
    expect((await requestToken(url, login, client)).status).toBe(500)
    expect(String(errors[0])).toContain(`${option} returned "admin": return an object, or null to add nothing.`)
  })

  test('by granting no scope at all if authorizeScope returns null', async () => {
    const { url } = await startTokenServer({ authorizeScope: () => null as never })
    const { status, body } = await requestToken(url, { ...login, scope: 'contacts.read' }, client)
    expect([status, body['scope']]).toEqual([200, ''])
  })
})
