import passport from 'passport'
import { BasicStrategy } from 'passport-http'
import { describe, expect, test } from 'vitest'
import type { OAuthEvent, OAuthPasswordGrantOptions } from '../../lib/index.js'
import {
  alice,
  basic,
  nativeApp,
  otherBackend,
  postForm,
  requestToken,
  startTokenServer,
  webBackend,
} from '../start-server.js'

const LIMIT = 5
const login = { grant_type: 'password', ...alice }
const correct = basic(webBackend)
const wrong = basic({ ...webBackend, secret: 'wrong' })

async function startTold(options: Partial<OAuthPasswordGrantOptions> = {}) {
  const events: OAuthEvent[] = []
  const limits = { clientAddress: { limit: LIMIT } }
  const server = await startTokenServer({ onEvent: (event) => events.push(event), limits, ...options })
  return { ...server, events }
}

async function reachLimit(url: string): Promise<void> {
  for (let failure = 0; failure < LIMIT; failure++) {
    expect((await requestToken(url, login, wrong)).status).toBe(401)
  }
  expect((await requestToken(url, login, wrong)).status).toBe(429)
}

describe('when an address has reached the limit of failed client authentications', () => {
  test.each<[string, NonNullable<OAuthPasswordGrantOptions['clients']>]>([
    ['from a list', [webBackend]],
    ['found by a function', (id) => (id === webBackend.id ? Promise.resolve(webBackend) : null)],
  ])('a registered client %s logs in, refreshes, introspects and revokes all the same', async (_title, clients) => {
    const { url } = await startTold({ clients })
    await reachLimit(url)
    const { status, body } = await requestToken(url, login, correct)
    expect(status).toBe(200)
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body['refresh_token']) }
    const refreshed = await requestToken(url, refresh, correct)
    expect(refreshed.status).toBe(200)
    const token = { token: String(refreshed.body['access_token']) }
    expect((await postForm(`${url}/introspect`, token, correct)).body['active']).toBe(true)
    expect((await postForm(`${url}/revoke`, token, correct)).status).toBe(200)
    expect((await postForm(`${url}/introspect`, token, correct)).body).toEqual({ active: false })
    expect((await requestToken(url, login, wrong)).status).toBe(429)
  })

  test.each(['/token', '/revoke', '/introspect'])(
    'every failure at %s gets the same 429 with Retry-After',
    async (path) => {
      const { url } = await startTold()
      await reachLimit(url)
      const form = { ...login, token: 'any' }
      const answers = await Promise.all([
        postForm(url + path, form, wrong),
        postForm(url + path, form, basic({ ...webBackend, id: 'nobody' })),
        postForm(url + path, form),
        postForm(url + path, { ...form, client_id: webBackend.id, client_secret: 'wrong' }),
      ])
      for (const { status, body, headers } of answers) {
        expect([status, body]).toEqual([
          429,
          { error: 'temporarily_unavailable', error_description: 'Too many failed attempts; try again later' },
        ])
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      }
    },
  )

  test('the operator is told of the limit and of the failures that go on', async () => {
    const { url, events } = await startTold()
    await reachLimit(url)
    expect(events.filter(({ type }) => type === 'limit_reached')).toMatchObject([{ limit: 'clientAddress' }])
    expect(events.at(-2)).toMatchObject({ type: 'client_refused', reason: 'wrong_secret' })
  })
})

test('Of 200 failures at once exactly the limit is told invalid_client, while 200 correct clients log in.', async () => {
  const { url } = await startTold({ authenticateUser: (username) => ({ id: username }) })
  const answers = await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const form = { ...login, username: `user-${index}` }
      const { status } = await requestToken(url, form, index % 2 === 0 ? correct : wrong)
      return `${index % 2 === 0 ? 'correct' : 'wrong'} ${status}`
    }),
  )
  const times = (outcome: string) => answers.filter((answer) => answer === outcome).length
  expect([times('correct 200'), times('wrong 401'), times('wrong 429')]).toEqual([200, LIMIT, 200 - LIMIT])
})

test('A strategy of the application is not even asked once the limit is reached, whose secrets may be weak.', async () => {
  let asked = 0
  const own = new passport.Passport()
  own.use(
    new BasicStrategy((id, secret, done) => {
      asked += 1
      done(null, secret === webBackend.secret && { id })
    }),
  )
  const { url, events } = await startTold({ passport: own, clientStrategies: { basic: 'basic' } })
  await reachLimit(url)
  expect((await requestToken(url, login, correct)).status).toBe(429)
  expect(asked).toBe(LIMIT)
  expect(events.at(-1)).toMatchObject({ type: 'limit_reached', limit: 'clientAddress' })
})

describe('a Passport strategy for clients', () => {
  /** @param check Returns whether the secret is correct. */
  async function startWithStrategy(check: (secret: string) => boolean | Promise<boolean>) {
    const own = new passport.Passport()
    own.use(
      new BasicStrategy((id, secret, done) => {
        Promise.resolve(secret)
          .then(check)
          .then((isRight) => {
            done(null, isRight && { id })
          }, done)
      }),
    )
    return startTold({
      passport: own,
      clientStrategies: { basic: 'basic' },
      authenticateUser: (username) => ({ id: username }),
      onError: () => undefined,
    })
  }
  const status = async (url: string, headers: Record<string, string>, name = 'alice') =>
    (await requestToken(url, { ...login, username: name }, headers)).status
  const later = (isRight: boolean) => new Promise<boolean>((resolve) => setTimeout(resolve, 50, isRight))

  test('is asked for no more guesses at once than the limit allows', async () => {
    let asked = 0
    const { url } = await startWithStrategy((secret) => {
      asked += 1
      return later(secret === webBackend.secret)
    })
    const statuses = await Promise.all(Array.from({ length: 100 }, () => status(url, wrong)))
    expect(asked).toBe(LIMIT)
    expect(statuses.filter((one) => one === 401)).toHaveLength(LIMIT)
    expect(statuses.filter((one) => one === 429)).toHaveLength(100 - LIMIT)
  })

  test('lets in any number of clients at once that authenticate correctly', async () => {
    const { url } = await startWithStrategy((secret) => later(secret === webBackend.secret))
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, index) => status(url, correct, `user-${index}`)))
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test('is not limited by requests that carry no credentials', async () => {
    const { url } = await startWithStrategy((secret) => secret === webBackend.secret)
    for (let time = 0; time < 3 * LIMIT; time++) expect(await status(url, {})).toBe(401)
    expect(await status(url, correct)).toBe(200)
  })

  test('locks nobody out while it is unavailable, and is limited all the same if it throws for a wrong secret', async () => {
    let isDown = true
    const { url, events } = await startWithStrategy((secret) => {
      if (isDown || secret !== webBackend.secret) throw new Error('InvalidCredentialsError')
      return true
    })
    for (let time = 0; time < 10 * LIMIT; time++) expect(await status(url, correct)).toBe(500)
    isDown = false
    expect(await status(url, correct)).toBe(200)
    expect(events.filter(({ type }) => type === 'misconfigured')).toEqual([])
    for (let time = 0; time < LIMIT; time++) expect(await status(url, wrong)).toBe(500)
    expect(await status(url, wrong)).toBe(429)
    expect(events.filter(({ type }) => type === 'misconfigured')).toMatchObject([{ misconfiguration: 'check_throws' }])
  })
})

describe('client_refused', () => {
  const header = (authorization: string) => ({ authorization })
  test.each<[string, Record<string, string>, Record<string, string>, string, string | undefined]>([
    ['an id that no client has', {}, basic({ ...webBackend, id: 'nobody' }), 'unknown', undefined],
    ['a secret in the place of the id', { client_id: webBackend.secret }, {}, 'unknown', undefined],
    ['a wrong secret', {}, wrong, 'wrong_secret', webBackend.id],
    [
      'a wrong secret in the body',
      { client_id: webBackend.id, client_secret: 'wrong' },
      {},
      'wrong_secret',
      webBackend.id,
    ],
    [
      'a secret of a public client',
      { client_id: nativeApp.id, client_secret: 'any' },
      {},
      'wrong_secret',
      nativeApp.id,
    ],
    ['no credentials', {}, {}, 'no_credentials', undefined],
    ['no secret', { client_id: webBackend.id }, {}, 'no_credentials', webBackend.id],
    ['an empty secret', {}, basic({ ...webBackend, secret: '' }), 'no_credentials', webBackend.id],
    ['another scheme', {}, header('Bearer abc'), 'malformed', undefined],
    ['a header that is not base64', {}, header('Basic ???'), 'malformed', undefined],
    ['two ways', { client_secret: 'any' }, correct, 'several_ways', undefined],
    ['the id of another client', { client_id: otherBackend.id }, correct, 'other_id', webBackend.id],
  ])('says why: %s', async (_title, form, headers, reason, clientId) => {
    const { url, events } = await startTold()
    const { status } = await requestToken(url, { ...login, ...form }, headers)
    expect([400, 401]).toContain(status)
    expect(events).toMatchObject([{ type: 'client_refused', reason, clientId }])
    expect(JSON.stringify(events)).not.toMatch(/nobody|secret-of-32/)
  })

  test('says no more than application if a strategy of the application refuses', async () => {
    const own = new passport.Passport()
    own.use(
      new BasicStrategy((_id, _secret, done) => {
        done(null, false)
      }),
    )
    const { url, events } = await startTold({ passport: own, clientStrategies: { basic: 'basic' } })
    await requestToken(url, login, wrong)
    await requestToken(url, { ...login, client_id: webBackend.id, client_secret: 'any' })
    await requestToken(url, login, basic({ ...webBackend, secret: '' }))
    expect(events).toMatchObject([
      { type: 'client_refused', reason: 'application', clientId: undefined },
      { type: 'client_refused', reason: 'application', clientId: undefined },
      { type: 'client_refused', reason: 'no_credentials', clientId: undefined },
    ])
  })

  test('leaves no trace of the reason in the response', async () => {
    const { url } = await startTold()
    const failures: [Record<string, string>, Record<string, string>][] = [
      [{}, wrong],
      [{}, basic({ ...webBackend, id: 'nobody' })],
      [{}, header('Bearer abc')],
      [{ client_id: webBackend.id }, {}],
    ]
    for (const [form, headers] of failures) {
      const { status, body } = await requestToken(url, { ...login, ...form }, headers)
      expect([status, body]).toEqual([
        401,
        { error: 'invalid_client', error_description: 'Client authentication failed' },
      ])
    }
  })
})
