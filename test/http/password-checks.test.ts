import { setTimeout as sleep } from 'node:timers/promises'
import passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { expect, test } from 'vitest'
import { passwordVerifier, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { heldChecks, until } from './held-checks.js'

const client = basic(webBackend)
const loginAs = (username: string) => ({ grant_type: 'password', username, password: alice.password })

test('A burst far beyond the queue is answered to the last: 200 for those that had a place, 503 at once for the others.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { concurrency: 2, maxQueued: 10 },
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

test('One account that floods from 11 addresses with the right password shuts out no honest login.', async () => {
  const { url, oauth, login, flood } = await startCrowded({ maxQueued: 80 })
  const end = flood(110, (index) => ['mallory', `198.51.100.${index % 11}`])
  await until(() => oauth.passwordChecks.waiting >= 10)
  const honest = await Promise.all(
    Array.from({ length: 63 }, (_, index) => login(`user-${index}`, `203.0.113.${index}`)),
  )
  const flooded = await end()
  expect(honest.map(({ status }) => status)).toEqual(Array.from({ length: 63 }, () => 200))
  expect(flooded.has(200)).toBe(true)
  expect(oauth.passwordChecks).toEqual({ inFlight: 0, waiting: 0 })
  // Its own user comes in too, though others have used up the share of the name.
  expect((await requestToken(url, loginAs('mallory'), client)).status).toBe(200)
})

test('Behind a backend that is one address for all its users, one name that floods shuts out no other.', async () => {
  const { oauth, login, flood } = await startCrowded({ maxQueued: 40, limits: false })
  const end = flood(60, () => ['mallory', '198.51.100.1'])
  await until(() => oauth.passwordChecks.waiting >= 10)
  const honest = await Promise.all(Array.from({ length: 28 }, (_, index) => login(`user-${index}`, '198.51.100.1')))
  await end()
  expect(honest.map(({ status }) => status)).toEqual(Array.from({ length: 28 }, () => 200))
})

test('A handful of logins of one user at once all succeed, from one address or from several.', async () => {
  const { login } = await startCrowded({ maxQueued: 1000 })
  const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => login('alice', `198.51.100.${index % 3}`)))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
})

test('In a full queue the newest login of the address with the most gives way, with the same 503.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const { oauth, login } = await startCrowded({
    authenticateUser: checks.authenticateUser,
    maxQueued: 4,
    onEvent: (event) => events.push(event),
  })
  const crowd: Promise<Login>[] = []
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
    crowd.push(login(name, '198.51.100.1'))
    await until(() => oauth.passwordChecks.inFlight + oauth.passwordChecks.waiting === crowd.length)
  }
  const newcomer = login('newcomer', '203.0.113.1')
  const displaced = await crowd.pop()
  expect([displaced?.status, displaced?.body['error'], displaced?.headers.get('retry-after')]).toEqual([
    503,
    'temporarily_unavailable',
    '60',
  ])
  expect(oauth.passwordChecks).toEqual({ inFlight: 2, waiting: 4 })
  const answers = await checks.endAllUntil(Promise.all([newcomer, ...crowd]))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  expect(checks.begun).toEqual(['one', 'two', 'three', 'newcomer', 'four', 'five'])
  expect(events.filter(({ type }) => type === 'load_shed')).toMatchObject([{ reason: 'full', count: 1 }])
})

test('One name has no more than half of the checks in flight, and every other name goes past it.', async () => {
  const checks = heldChecks()
  const { oauth, login } = await startCrowded({ authenticateUser: checks.authenticateUser, maxQueued: 80 })
  const mallory = Array.from({ length: 8 }, (_, index) => login('mallory', `198.51.100.${index}`))
  await until(() => oauth.passwordChecks.waiting === 7)
  expect(oauth.passwordChecks.inFlight).toBe(1)
  const honest = login('alice', '203.0.113.1')
  await until(() => checks.begun.length === 2)
  expect(checks.begun).toEqual(['mallory', 'alice'])
  await checks.endAllUntil(Promise.all([honest, ...mallory]))
})

test('Logins are checked in the order in which they came.', async () => {
  const checks = heldChecks()
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { concurrency: 1 },
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
    passwordChecks: { concurrency: 1, queueTimeout: 1 },
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

test('A login whose client has hung up while it waited is not checked, and leaves the queue to others.', async () => {
  const checks = heldChecks()
  const events: OAuthEvent[] = []
  const errors: unknown[] = []
  const { url, oauth } = await startTokenServer({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { concurrency: 1 },
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
    passwordChecks: { concurrency: 1, maxQueued: 1, queueTimeout: 1 },
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
    passwordChecks: { concurrency: 1, maxQueued: 1 },
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
    passwordChecks: { concurrency: 1, timeout: 1 },
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
    passwordChecks: { concurrency: 1 },
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
    passwordChecks: { concurrency: 2, maxQueued: 1 },
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

type Login = Awaited<ReturnType<typeof requestToken>>

/** A server that checks two passwords at once, each for a few milliseconds, and whose backend names its users' addresses. */
async function startCrowded({ maxQueued, ...options }: { maxQueued: number } & Partial<OAuthPasswordGrantOptions>) {
  const server = await startTokenServer({
    clients: [{ ...webBackend, endUserAddress: true }],
    authenticateUser: async (username) => {
      await sleep(4)
      return { id: username }
    },
    passwordChecks: { concurrency: 2, maxQueued, queueTimeout: '1m', timeout: '1m' },
    ...options,
  })
  const login = (name: string, address: string) =>
    requestToken(server.url, loginAs(name), { ...client, 'end-user-address': address })

  /** Logs in with many clients at once, each again and again until it is refused or the flood is ended; then resolves to the statuses. */
  function flood(atOnce: number, whom: (index: number) => readonly [name: string, address: string]) {
    let goesOn = true
    const statuses = new Set<number>()
    const clients = Array.from({ length: atOnce }, async (_, index) => {
      while (goesOn) {
        const { status } = await login(...whom(index))
        statuses.add(status)
        if (status !== 200) return
      }
    })
    return async () => {
      goesOn = false
      await Promise.all(clients)
      return statuses
    }
  }
  return { ...server, login, flood }
}

function sum(events: readonly OAuthEvent[]): number {
  return events.reduce((total, event) => total + (event.type === 'load_shed' ? event.count : 0), 0)
}
