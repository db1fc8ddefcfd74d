import passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { expect, test } from 'vitest'
import { passwordVerifier, type OAuthEvent } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { heldChecks, until } from './held-checks.js'

const client = basic(webBackend)
const loginAs = (username: string) => ({ grant_type: 'password', username, password: alice.password })

test('A burst far beyond the line is answered to the last: 200 for those that had a place, 503 at once for the others.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 2, waiting: 10 },
    onEvent: (event) => events.push(event),
  })
  let refused = 0
  const burst = Array.from({ length: 200 }, async (_, index) => {
    const answer = await requestToken(url, loginAs(`user-${index}`), client)
    if (answer.status === 503) refused++
    return answer
  })
  // None of the checks has ended yet.
  await until(() => refused === 188)
  expect(oauth.passwordChecks).toEqual({ inFlight: 2, waiting: 10 })
  const answers = await checks.endAllUntil(Promise.all(burst))
  const shed = answers.filter(({ status }) => status === 503)
  expect([shed.length, answers.filter(({ status }) => status === 200).length]).toEqual([188, 12])
  for (const { body, headers } of shed) {
    expect(body['error']).toBe('temporarily_unavailable')
    expect(headers.get('retry-after')).toBe('10')
    expect(headers.get('cache-control')).toBe('no-store')
  }
  expect(checks.begun).toHaveLength(12)
  expect(oauth.passwordChecks).toEqual({ inFlight: 0, waiting: 0 })
  await until(() => sum(events) === 188)
  expect(events.find(({ type }) => type === 'load_shed')).toMatchObject({ reason: 'full', inFlight: 2, waiting: 10 })
  expect(events.filter(({ type }) => type === 'login_refused' || type === 'server_error')).toEqual([])
})

test('Logins are checked in the order in which they came.', async () => {
  const checks = heldChecks()
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 1 },
  })
  const answers: Promise<unknown>[] = []
  for (const name of ['first', 'second', 'third', 'fourth']) {
    answers.push(requestToken(url, loginAs(name), client))
    await until(() => oauth.passwordChecks.inFlight + oauth.passwordChecks.waiting === answers.length)
  }
  await checks.endAllUntil(Promise.all(answers))
  expect(checks.begun).toEqual(['first', 'second', 'third', 'fourth'])
})

test('A login that waits too long is a 503 with Retry-After, and is not checked.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const { url } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 1, wait: 1 },
    onEvent: (event) => events.push(event),
  })
  const first = requestToken(url, loginAs('first'), client)
  await until(() => checks.begun.length === 1)
  const late = await requestToken(url, loginAs('late'), client)
  expect([late.status, late.body['error'], late.headers.get('retry-after')]).toEqual([
    503,
    'temporarily_unavailable',
    '1',
  ])
  expect((await checks.endAllUntil(first)).status).toBe(200)
  expect(checks.begun).toEqual(['first'])
  expect(events).toMatchObject([{ type: 'load_shed', reason: 'waited', count: 1 }, { type: 'token_issued' }])
})

test('A login whose client has hung up while it waited is not checked, and leaves the line to others.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const errors: unknown[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 1 },
    onEvent: (event) => events.push(event),
    onError: (error) => errors.push(error),
  })
  const first = requestToken(url, loginAs('first'), client)
  await until(() => checks.begun.length === 1)
  const hangUp = new AbortController()
  const gone = Array.from({ length: 30 }, (_, index) =>
    fetch(`${url}/token`, {
      method: 'POST',
      headers: client,
      body: new URLSearchParams(loginAs(`gone-${index}`)),
      signal: hangUp.signal,
    }).catch(() => undefined),
  )
  await until(() => oauth.passwordChecks.waiting === 30)
  const last = requestToken(url, loginAs('last'), client)
  await until(() => oauth.passwordChecks.waiting === 31)
  hangUp.abort()
  await Promise.all(gone)
  await until(() => oauth.passwordChecks.waiting === 1)
  const answers = await checks.endAllUntil(Promise.all([first, last]))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(checks.begun).toEqual(['first', 'last'])
  await until(() => sum(events) === 30)
  expect(new Set(events.map((event) => (event.type === 'load_shed' ? event.reason : event.type)))).toEqual(
    new Set(['gone', 'token_issued']),
  )
  expect(errors).toEqual([])
})

test('A login that was not checked counts against nobody.', async () => {
  const checks = heldChecks()
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 1, waiting: 1, wait: 1 },
    limits: { userAndAddress: { limit: 3 }, user: { limit: 3 } },
  })
  const first = requestToken(url, loginAs('first'), client)
  await until(() => checks.begun.length === 1)
  const waiting = requestToken(url, loginAs('waiting'), client)
  await until(() => oauth.passwordChecks.waiting === 1)
  // Full: five times as many as may fail.
  for (let time = 0; time < 15; time++) expect((await requestToken(url, loginAs('alice'), client)).status).toBe(503)
  // Waited too long, one after the other.
  expect((await waiting).status).toBe(503)
  for (let time = 0; time < 4; time++) expect((await requestToken(url, loginAs('alice'), client)).status).toBe(503)
  // Gone.
  for (let time = 0; time < 4; time++) {
    const hangUp = new AbortController()
    const body = new URLSearchParams(loginAs('alice'))
    const gone = fetch(`${url}/token`, { method: 'POST', headers: client, body, signal: hangUp.signal })
    await until(() => oauth.passwordChecks.waiting === 1)
    hangUp.abort()
    await gone.catch(() => undefined)
    await until(() => oauth.passwordChecks.waiting === 0)
  }
  const after = await checks.endAllUntil(Promise.all([first, requestToken(url, loginAs('alice'), client)]))
  expect(after.map(({ status }) => status)).toEqual([200, 200])
})

test('A password longer than the limit is refused without waiting.', async () => {
  const checks = heldChecks()
  const { url } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { atOnce: 1, waiting: 1 },
  })
  const held = ['first', 'second'].map((name) => requestToken(url, loginAs(name), client))
  await until(() => checks.begun.length === 1)
  const long = await requestToken(url, { ...loginAs('alice'), password: 'p'.repeat(4097) }, client)
  expect([long.status, long.body['error']]).toEqual([400, 'invalid_request'])
  await checks.endAllUntil(Promise.all(held))
})

test('A check that hangs is a 500 in the end, and gives its place to the next.', async () => {
  const errors: string[] = []
  const { url } = await startTokenServer({
    authenticateUser: (username) => (username === 'hangs' ? new Promise(() => undefined) : { id: username }),
    passwordChecks: { atOnce: 1, timeout: 1 },
    onError: (error) => errors.push(String(error)),
  })
  const hanging = requestToken(url, loginAs('hangs'), client)
  const next = requestToken(url, loginAs('next'), client)
  expect([(await hanging).status, (await next).status]).toEqual([500, 200])
  expect(errors).toEqual([expect.stringContaining('passwordChecks.timeout')])
})

test('Of passwordVerifier only the hash waits, and not the look-up.', async () => {
  const checks = heldChecks()
  const found: string[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: passwordVerifier({
      findUser(id) {
        found.push(id)
        return { id, passwordHash: `hash of ${id}` }
      },
      verify: async (hash) => hash !== 'dummy' && (await checks.authenticateUser(hash)).id === hash,
      dummyHash: 'dummy',
    }),
    passwordChecks: { atOnce: 1 },
  })
  const names = ['first', 'second', 'third']
  const answers = names.map((name) => requestToken(url, loginAs(name), client))
  await until(() => oauth.passwordChecks.waiting === 2)
  expect(found.sort()).toEqual(names.sort())
  expect(checks.begun).toHaveLength(1)
  expect((await checks.endAllUntil(Promise.all(answers))).map(({ status }) => status)).toEqual([200, 200, 200])
})

test('A Passport strategy waits as a whole.', async () => {
  const checks = heldChecks()
  const instance = new passport.Passport()
  instance.use(
    new LocalStrategy((username, _password, done) => {
      checks.authenticateUser(username).then((user) => {
        done(null, user)
      }, done)
    }),
  )
  const { url, oauth } = await startTokenServer({
    userStrategy: 'local',
    passport: instance,
    passwordChecks: { atOnce: 2, waiting: 1 },
  })
  const answers = ['a', 'b', 'c'].map((name) => requestToken(url, loginAs(name), client))
  await until(() => oauth.passwordChecks.waiting === 1)
  expect(checks.begun).toHaveLength(2)
  expect((await requestToken(url, loginAs('d'), client)).status).toBe(503)
  expect((await checks.endAllUntil(Promise.all(answers))).map(({ status }) => status)).toEqual([200, 200, 200])
})

test('Where passwordChecks is false, as many are checked at once as come.', async () => {
  const checks = heldChecks()
  const { url, oauth } = await startTokenServer({ authenticateUser: checks.authenticateUser, passwordChecks: false })
  const answers = Array.from({ length: 50 }, (_, index) => requestToken(url, loginAs(`user-${index}`), client))
  await until(() => checks.begun.length === 50)
  expect(oauth.passwordChecks).toEqual({ inFlight: 50, waiting: 0 })
  expect(new Set((await checks.endAllUntil(Promise.all(answers))).map(({ status }) => status))).toEqual(new Set([200]))
})

function sum(events: readonly OAuthEvent[]): number {
  return events.reduce((total, event) => total + (event.type === 'load_shed' ? event.count : 0), 0)
}
