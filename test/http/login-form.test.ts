import express from 'express'
import passport from 'passport'
import { Strategy as LocalStrategy } from 'passport-local'
import { describe, expect, test } from 'vitest'
import { OAuthError, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { heldChecks, until } from './held-checks.js'

const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }
const wrong = { ...alice, password: 'wrong' }

/** A server with a form of its own at `/login`, as the README shows it. */
async function startForm(options: Partial<OAuthPasswordGrantOptions> = {}, major: 4 | 5 = 5) {
  const events: OAuthEvent[] = []
  const errors: { error: unknown; requestId: string }[] = []
  const server = await startTokenServer(
    {
      onEvent: (event) => events.push(event),
      onError: (error, { requestId }) => errors.push({ error, requestId }),
      ...options,
    },
    {
      express: major,
      after(app, oauth) {
        app.post('/login', express.urlencoded({ extended: true }), express.json(), (req, res, next) => {
          const { username, password } = (req.body ?? {}) as Record<string, unknown>
          oauth.authenticate(username, password, req, { endUserAddress: req.get('End-User-Address') }).then(
            (user) => res.json({ welcome: user.id }),
            (error: unknown) => {
              if (error instanceof OAuthError)
                res.status(error.status).set(error.headers).json({ said: error.code, why: error.message })
              else next(error)
            },
          )
        })
      },
    },
  )
  const post = async (body: string | Record<string, string>, signal?: AbortSignal, address?: string) => {
    const text = typeof body === 'string' ? body : new URLSearchParams(body).toString()
    const type = text.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded'
    const response = await fetch(`${server.url}/login`, {
      method: 'POST',
      headers: { 'content-type': type, ...(address === undefined ? {} : { 'end-user-address': address }) },
      body: text,
      ...(signal === undefined ? {} : { signal }),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    } // the boundary
  }
  return { ...server, events, errors, post }
}

describe.each([5, 4] as const)('the login form of an Express %i application', (major) => {
  test('lets in by the same user names and passwords, and tells of it.', async () => {
    const { post, events } = await startForm({}, major)
    const right = await post(alice)
    expect([right.status, right.body]).toEqual([200, { welcome: 'alice' }])
    const refused = await post(wrong)
    expect([refused.status, refused.body['said']]).toEqual([400, 'invalid_grant'])
    expect(events).toMatchObject([
      { type: 'user_authenticated', subject: 'alice', address: '127.0.0.1' },
      { type: 'login_refused', reason: 'wrong_credentials', clientId: undefined },
    ])
    expect(JSON.stringify(events)).not.toMatch(/wrong"|correct horse/)
  })
})

test('Failures at the form and at the token endpoint are one count, and so are successes.', async () => {
  const { post, url } = await startForm({ limits: { userAndAddress: { limit: 4 } } })
  for (let time = 0; time < 2; time++) {
    expect((await post(wrong)).status).toBe(400)
    expect((await requestToken(url, { ...login, ...wrong }, client)).status).toBe(400)
  }
  const atForm = await post(alice)
  const atEndpoint = await requestToken(url, login, client)
  expect([atForm.status, atEndpoint.status]).toEqual([429, 429])
  expect(atForm.body['said']).toBe('temporarily_unavailable')
  expect(Number(atForm.headers.get('retry-after'))).toBeGreaterThan(0)

  const other = await startForm({ limits: { userAndAddress: { limit: 4 } } })
  for (let time = 0; time < 3; time++) await requestToken(other.url, { ...login, ...wrong }, client)
  expect((await other.post(alice)).status).toBe(200)
  for (let time = 0; time < 3; time++)
    expect((await requestToken(other.url, { ...login, ...wrong }, client)).status).toBe(400)
})

test('The form waits in the same queue, and who hangs up there is not checked.', async () => {
  const checks = heldChecks()
  const { post, url, oauth } = await startForm({
    authenticateUser: checks.authenticateUser,
    passwordChecks: { concurrency: 1, maxQueued: 1 },
  })
  const first = requestToken(url, login, client)
  await until(() => checks.begun.length === 1)
  const hangUp = new AbortController()
  const gone = post({ username: 'gone', password: 'p' }, hangUp.signal).catch(() => undefined)
  await until(() => oauth.passwordChecks.waiting === 1)
  const full = await post({ username: 'full', password: 'p' })
  expect([full.status, full.headers.get('retry-after')]).toEqual([503, '10'])
  hangUp.abort()
  await gone
  await until(() => oauth.passwordChecks.waiting === 0)
  const last = post({ username: 'last', password: 'p' })
  await until(() => oauth.passwordChecks.waiting === 1)
  await checks.endAllUntil(Promise.all([first, last]))
  expect(checks.begun).toEqual(['alice', 'last'])
})

test('What is no text, empty, too long or has control characters is refused, and nobody is asked.', async () => {
  const asked: unknown[] = []
  const { post, errors } = await startForm({ authenticateUser: (username) => void asked.push(username) })
  const bodies = [
    '',
    'username=alice',
    'password=p',
    'username=alice&password=',
    'username=alice&password[]=a',
    'username[$ne]=x&password=p',
    'username=alice&password=a&password=b',
    `username=alice&password=${'p'.repeat(4097)}`,
    'username=alice&password=a%00b',
    '{"username":5,"password":true}',
    '{"username":"alice","password":{"toString":"x"}}',
    '{"username":null,"password":["a"]}',
  ]
  for (const body of bodies) {
    const answer = await post(body)
    expect([body.slice(0, 60), answer.status, answer.body['said']]).toEqual([body.slice(0, 60), 400, 'invalid_request'])
  }
  expect([asked, errors]).toEqual([[], []])
})

test('Trouble is a 500 of fixed words with a request id, which onError and the event have too.', async () => {
  const { post, events, errors } = await startForm({
    authenticateUser: () => Promise.reject(new Error('no such table')),
  })
  const answer = await post(alice)
  expect([answer.status, answer.body['said']]).toEqual([500, 'server_error'])
  expect(errors).toMatchObject([{ error: new Error('no such table') }])
  expect(answer.body['why']).toBe(`The server met an unexpected condition; request ${errors[0]?.requestId ?? ''}`)
  expect(events).toMatchObject([{ type: 'server_error', requestId: errors[0]?.requestId }])
})

test('The application is told that there is no client, and what it throws as an OAuthError is passed on.', async () => {
  const contexts: unknown[] = []
  const { post, events } = await startForm({
    authenticateUser: (_username, _password, { client, scope, request }) => {
      contexts.push([client, scope, request.path])
      throw new OAuthError('access_denied', 'The account is closed')
    },
  })
  expect((await post(alice)).body).toEqual({ said: 'access_denied', why: 'The account is closed' })
  expect(contexts).toEqual([[undefined, '', '/login']])
  expect(events).toMatchObject([{ type: 'login_refused', reason: 'application', code: 'access_denied' }])
})

test('The stop for all logins holds at the form, and that for a client does not.', async () => {
  const { post, oauth, events } = await startForm()
  oauth.logins.stop({ clientId: webBackend.id })
  expect((await post(alice)).status).toBe(200)
  oauth.logins.stop()
  const stopped = await post(alice)
  expect([stopped.status, Number(stopped.headers.get('retry-after')) > 0]).toEqual([503, true])
  expect(events.at(-1)).toMatchObject({ type: 'login_refused', reason: 'stopped', clientId: undefined })
})

test('A Passport strategy serves the form as well.', async () => {
  const instance = new passport.Passport()
  instance.use(
    new LocalStrategy((username, password, done) => {
      done(null, password === alice.password && { id: username })
    }),
  )
  const { post } = await startForm({ userStrategy: 'local', passport: instance })
  expect([(await post(alice)).status, (await post(wrong)).status]).toEqual([200, 400])
})

test('What is no request of Express is a TypeError.', async () => {
  const { oauth } = await startForm()
  for (const request of [undefined, null, {}, 'request']) {
    await expect(oauth.authenticate('alice', 'p', request as never)).rejects.toThrow(/oauth\.authenticate/)
  }
})

describe('the address of the end user at a form that a backend posts to', () => {
  const from = (form: Awaited<ReturnType<typeof startForm>>, address: string, body: Record<string, string>) =>
    form.post(body, undefined, address)

  test('is what the limits, the known addresses and the events use', async () => {
    const form = await startForm({ limits: { address: { limit: 2 }, user: { limit: 4 } } })
    expect((await from(form, '192.0.2.7', alice)).status).toBe(200)
    for (const username of ['one', 'two']) {
      expect((await from(form, '192.0.2.1', { ...wrong, username })).status).toBe(400)
    }
    expect((await from(form, '192.0.2.1', alice)).status).toBe(429)
    expect((await from(form, '::ffff:192.0.2.1', alice)).status).toBe(429)
    expect((await from(form, ' 2001:DB8::0:1 ', alice)).status).toBe(200)
    expect((await form.post(alice)).status).toBe(200)
    for (const address of ['192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5']) await from(form, address, wrong)
    expect((await from(form, '192.0.2.6', alice)).status).toBe(429)
    expect((await from(form, '192.0.2.7', alice)).status).toBe(200) // known since the first login
    const addresses = form.events.map((event) => [event.address, event.endUserAddress])
    expect(addresses.slice(0, 2)).toEqual([
      ['127.0.0.1', '192.0.2.7'],
      ['127.0.0.1', '192.0.2.1'],
    ])
  })

  test.each(['', 'unknown', '192.0.2.1, 192.0.2.2', '192.0.2.1:443', 'fe80::1%eth0', '[::1]'])(
    'is refused as %j, and the password is not looked at',
    async (address) => {
      const form = await startForm({ authenticateUser: () => expect.fail('It was looked at.') })
      const refused = await from(form, address, alice)
      expect([refused.status, refused.body['said']]).toEqual([400, 'invalid_request'])
      expect(refused.body['why']).toContain('The address of the end user must be one IPv4 or IPv6 address')
    },
  )

  test.each([[null], [7], [['192.0.2.1']], [{}]])(
    'is a TypeError as %j, which no header can be',
    async (endUserAddress) => {
      const { oauth } = await startForm()
      const options = { endUserAddress: endUserAddress as never }
      const request = { res: {} } as never
      await expect(oauth.authenticate('alice', 'p', request, options)).rejects.toThrow(
        /^The fourth argument of oauth\.authenticate\.endUserAddress is .+: give an IP address/,
      )
      await expect(oauth.authenticateSecondFactor('m', '1', request, options)).rejects.toThrow(TypeError)
    },
  )

  test.each([{ endUserAdress: '192.0.2.1' }, null, '192.0.2.1'])(
    'is a TypeError where the options are %j',
    async (options) => {
      const { oauth } = await startForm()
      await expect(oauth.authenticate('alice', 'p', { res: {} } as never, options as never)).rejects.toThrow(TypeError)
    },
  )
})
