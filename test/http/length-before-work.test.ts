import { json, raw, text, urlencoded, type Request } from 'express'
import { MemoryStore } from 'express-rate-limit'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OAuthError, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const client = basic(webBackend)
const login = { grant_type: 'password', ...alice }

/** A combining mark of two bytes, which takes long to bring into order among others. */
const mark = '\u0316'

class CountingStore extends MemoryStore {
  static calls: string[] = []
  override get(key: string) {
    CountingStore.calls.push(`get ${key}`)
    return super.get(key)
  }
  override increment(key: string) {
    CountingStore.calls.push(`increment ${key}`)
    return super.increment(key)
  }
}

/** A server that tells what it does with a login: the names that are folded, the keys that are counted, the events, the checks. */
async function startObserved(
  options: Partial<OAuthPasswordGrantOptions> = {},
  setup: Parameters<typeof startTokenServer>[1] = {},
) {
  const events: OAuthEvent[] = []
  const checked: string[] = []
  const server = await startTokenServer(
    {
      authenticateUser(username) {
        checked.push(username)
        return { id: username }
      },
      limits: { store: () => new CountingStore() },
      onEvent: (event) => events.push(event),
      ...options,
    },
    setup,
  )
  const normalize = vi.spyOn(String.prototype, 'normalize')
  CountingStore.calls = []
  onTestFinished(() => {
    normalize.mockRestore()
  })
  /** What was done with names. The client's address is counted before. */
  const done = () => ({
    folded: normalize.mock.calls.length > 0,
    counted: CountingStore.calls.some((call) => !call.endsWith(' 127.0.0.1')),
    events: events.flatMap((event) => ('userKey' in event ? [event.type] : [])),
    checked: [...checked],
  })
  return { ...server, done }
}

const NOTHING = { folded: false, counted: false, events: [], checked: [] }

const LONG_NAMES: readonly (readonly [string, string])[] = [
  ['257 letters', 'a'.repeat(257)],
  ['129 letters of two bytes', '\u00e9'.repeat(129)],
  ['65 emoji', '\u{1f511}'.repeat(65)],
  ['5 KB of combining marks', mark.repeat(2500)],
]

test.each(LONG_NAMES)('Refuses a user name of %s before anything is done with it', async (_, username) => {
  const { url, done } = await startObserved()
  const { status, body } = await requestToken(url, { ...login, username }, client)
  expect([status, body['error'], body['error_description']]).toEqual([
    400,
    'invalid_request',
    'username is longer than 256 bytes',
  ])
  expect(done()).toEqual(NOTHING)
})

test.each(LONG_NAMES)('Refuses a user name of %s just so while logins are stopped', async (_, username) => {
  const { url, oauth, done } = await startObserved()
  oauth.logins.stop()
  expect((await requestToken(url, { ...login, username }, client)).status).toBe(400)
  expect(done()).toEqual(NOTHING)
  expect((await requestToken(url, { ...login, username: '\u00e9' }, client)).status).toBe(503)
  expect(done()).toMatchObject({ folded: true, events: ['login_refused'] })
})

test.each(['go on', 'are stopped'])('Refuses a long user name at a login form while logins %s', async (how) => {
  const outcomes: unknown[] = []
  const { url, oauth, done } = await startObserved(
    {},
    {
      after(app, oauth) {
        app.post('/login', urlencoded({ limit: '1mb' }), (req: Request, res) => {
          const { username, password } = req.body as Record<string, unknown>
          oauth
            .authenticate(username, password, req)
            .catch((error: unknown) => outcomes.push(error instanceof OAuthError && [error.status, error.message]))
            .finally(() => res.end())
        })
      },
    },
  )
  if (how === 'are stopped') oauth.logins.stop()
  for (const username of ['a'.repeat(257), mark.repeat(50_000)]) {
    const body = new URLSearchParams({ username, password: alice.password })
    await fetch(`${url}/login`, { method: 'POST', body })
  }
  const refusal = [400, 'username is longer than 256 bytes']
  expect(outcomes).toEqual([refusal, refusal])
  expect(done()).toEqual(NOTHING)
})

test.each([
  ['256 letters', 'a'.repeat(256)],
  ['128 letters of two bytes', '\u00e9'.repeat(128)],
  ['64 emoji', '\u{1f511}'.repeat(64)],
])('Takes a user name of %s', async (_, username) => {
  const { url, done } = await startObserved()
  expect((await requestToken(url, { ...login, username }, client)).status).toBe(200)
  expect(done()).toMatchObject({ folded: username !== 'a'.repeat(256), counted: true, checked: [username] })
})

test('usernameLimit changes the limit, and passwordLimit does not', async () => {
  const { url, done } = await startObserved({ usernameLimit: 300, passwordLimit: 10 })
  const password = 'p'
  expect((await requestToken(url, { ...login, password, username: 'a'.repeat(300) }, client)).status).toBe(200)
  expect((await requestToken(url, { ...login, password, username: 'a'.repeat(301) }, client)).status).toBe(400)
  expect((await requestToken(url, { ...login, password: 'p'.repeat(11) }, client)).status).toBe(400)
  expect(done().checked).toHaveLength(1)
})

const keepRawBody = (req: unknown, _res: unknown, bytes: Buffer) => Object.assign(req as object, { rawBody: bytes })
const keepRawText = (req: unknown, _res: unknown, bytes: Buffer) =>
  Object.assign(req as object, { rawBody: bytes.toString() })
const limit = '1mb'
const PARSERS = {
  urlencoded: urlencoded({ limit }),
  'urlencoded, extended': urlencoded({ limit, extended: true }),
  text: text({ limit, type: '*/*' }),
  raw: raw({ limit, type: '*/*' }),
  'urlencoded, with the raw bytes kept': urlencoded({ limit, verify: keepRawBody }),
  'urlencoded, with the raw text kept': urlencoded({ limit, verify: keepRawText }),
}

test.each(Object.entries(PARSERS))('bodyLimit holds for a form that a parser has read: %s', async (_, parser) => {
  const { url, done } = await startObserved({}, { before: (app) => app.use(parser) })
  const form = new URLSearchParams(login).toString()
  const filled = (length: number) => `${form}&padding=`.padEnd(length, 'x')
  const chunked = (body: string) =>
    fetch(`${url}/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...client },
      body: new Blob([body]).stream(),
      duplex: 'half',
    })
  // The length of a parsed form does not count the separators.
  for (const body of [filled(16_384 + 20), `${form}&padding=${mark.repeat(48_000)}`]) {
    const declared = await requestToken(url, body, client)
    expect([declared.status, declared.body['error']]).toEqual([413, 'invalid_request'])
    expect((await chunked(body)).status).toBe(413)
  }
  const names = Array.from({ length: 90 }, (_, index) => `${'x'.repeat(200)}${index}=`).join('&')
  expect((await chunked(`${form}&${names}`)).status).toBe(413)
  expect(done()).toEqual(NOTHING)
  expect((await requestToken(url, filled(16_384), client)).status).toBe(200)
  expect((await chunked(filled(16_384))).status).toBe(200)
})

test('bodyLimit holds by Content-Length alone for what a parser has shortened', async () => {
  const shorten = json({ type: '*/*', reviver: () => login })
  const { url, done } = await startObserved({}, { before: (app) => app.use(shorten) })
  expect((await requestToken(url, JSON.stringify(['x'.repeat(20_000)]), client)).status).toBe(413)
  expect(done()).toEqual(NOTHING)
  expect((await requestToken(url, '["x"]', client)).status).toBe(200)
})

test.each([undefined, urlencoded(), urlencoded({ extended: true })])(
  'Refuses a form of more than 100 parameters, a parser before it or none',
  async (parser) => {
    const before: Parameters<typeof startTokenServer>[1] =
      parser === undefined ? {} : { before: (app) => app.use(parser) }
    const { url, done } = await startObserved({}, before)
    const form = (count: number) =>
      new URLSearchParams({
        ...login,
        ...Object.fromEntries(Array.from({ length: count - 3 }, (_, index) => [`p${index}`, index % 2 ? '' : 'x'])),
      }).toString()
    const refused = await requestToken(url, form(101), client)
    expect([refused.status, refused.body['error']]).toEqual([400, 'invalid_request'])
    expect(refused.body['error_description']).toBe('The form has more than 100 parameters')
    expect(done()).toEqual(NOTHING)
    expect((await requestToken(url, form(100), client)).status).toBe(200)
  },
)

test.each([
  ['grant_type', 256],
  ['client_id', 1024],
  ['client_secret', 1024],
  ['client_assertion', 8192],
  ['scope', 4096],
  ['resource', 2048],
  ['code', 4096],
])('Refuses %s of more than %i characters before the client is looked for', async (name, limit) => {
  const asked: string[] = []
  const { url, done } = await startObserved({
    clients: (id) => {
      asked.push(id)
      return undefined
    },
  })
  const form = { ...login, client_id: webBackend.id, client_secret: webBackend.secret }
  const { status, body } = await requestToken(url, { ...form, [name]: 'x'.repeat(limit + 1) })
  expect([status, body['error']]).toEqual([400, 'invalid_request'])
  expect(body['error_description']).toBe(`${name} is longer than ${limit} characters`)
  expect(asked).toEqual([])
  expect(done()).toEqual(NOTHING)
  await requestToken(url, { ...form, [name]: 'x'.repeat(limit) })
  expect(asked).toHaveLength(name === 'grant_type' || name === 'client_assertion' ? 0 : 1)
})

test('Looks for no client by a Basic header that is longer than any that a registered client can send', async () => {
  const asked: string[] = []
  // Every visible character, in an order that does not repeat.
  const characters = Array.from({ length: 1024 }, (_, index) => 0x21 + ((index * index + index) % 83))
  const longest = { id: 'i'.repeat(1024), secret: String.fromCharCode(...characters) }
  const clients = (id: string) => {
    asked.push(id)
    return id === longest.id ? longest : undefined
  }
  const { url } = await startObserved({ clients })
  const tooLong = await requestToken(url, login, basic({ id: 'x'.repeat(8000), secret: 'x' }))
  expect([tooLong.status, tooLong.body['error']]).toEqual([401, 'invalid_client'])
  expect(asked).toEqual([])
  const encoded = { id: '%69'.repeat(1024), secret: characters.map((code) => `%${code.toString(16)}`).join('') }
  expect((await requestToken(url, login, basic(encoded))).status).toBe(200)
})
