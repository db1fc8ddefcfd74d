import { createServer, type RequestListener } from 'node:http'
import express, { type Express } from 'express'
import express4 from 'express4'
import { onTestFinished, TestRunner } from 'vitest'
import { oauthPasswordGrant, type OAuthPasswordGrant, type OAuthPasswordGrantOptions, type User } from '../lib/index.js'
import { secrecy } from './secrecy/secrecy.js'

export const issuer = 'http://127.0.0.1'
export const audience = 'http://127.0.0.1/contacts'
export const signingSecret = 'signing-secret-of-32-bytes-and-more'
/** A confidential client that may use both grants and ask for every scope. */
export const webBackend = { id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }
/** A second one, to whom nothing belongs that web-backend was given. */
export const otherBackend = { id: 'other-backend', secret: 'other-backend-secret-of-32-bytes-or-more' }
/** A client that holds no secret. */
export const nativeApp = { id: 'native-app', public: true }
export const alice = { username: 'alice', password: 'correct horse battery staple' }
export const bob = { username: 'bob', password: 'Tr0ub4dor&3' }

/**
 * The options of a server that works, with every default on; the users' ids are their names. Strategies of the application
 * that `overrides` name take the place of `clients` and `authenticateUser`.
 */
export function testOptions(overrides: Partial<OAuthPasswordGrantOptions> = {}): OAuthPasswordGrantOptions {
  const passwords = new Map([alice, bob].map((user) => [user.username, user.password]))
  const authenticateUser = (username: string, password: string): User | undefined =>
    passwords.get(username) === password ? { id: username } : undefined
  return {
    issuer,
    audience,
    signingKeys: signingSecret,
    ...(overrides.clientStrategies === undefined ? { clients: [webBackend, otherBackend, nativeApp] } : {}),
    ...(overrides.userStrategy === undefined ? { authenticateUser } : {}),
    scopes: ['contacts.read', 'contacts.write'],
    refreshUser: false,
    ...overrides,
    ...(overrides.onError === undefined ? {} : { onError: overheard(overrides.onError) }),
  }
}

/** What an application is told of errors is as public as its log. */
function overheard(
  onError: OAuthPasswordGrantOptions['onError'] & object,
): OAuthPasswordGrantOptions['onError'] & object {
  return (error, context) => {
    secrecy.emit('onError', error)
    onError(error, context)
  }
}

/** Starts a server, on a free port unless one is given. It ends with the test that started it; one started by a hook ends by `close`. */
export async function startServer(
  app: RequestListener,
  port = 0,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
    return closed
  }
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(close)
  return { url: `http://127.0.0.1:${address.port}`, close }
}

interface TokenServerSetup {
  /** The Express major. Default: 5. */
  express?: 4 | 5
  /** What the application does before it mounts the middleware, such as mounting a body parser. */
  before?: (app: Express) => void
  /** What it does after, such as adding routes. */
  after?: (app: Express, oauth: OAuthPasswordGrant) => void
  /** The path that the middleware is mounted at; `url` includes it. Default: the root. */
  mount?: string
}

/** Starts an application with the middleware, of `testOptions(overrides)`. */
export async function startTokenServer(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
  { express: major = 5, before, after, mount = '' }: TokenServerSetup = {},
) {
  const app = major === 4 ? (express4() as unknown as Express) : express()
  const options = testOptions(overrides)
  if (typeof options.signingKeys === 'string') secrecy.learn(options.signingKeys)
  const oauth = oauthPasswordGrant(options)
  before?.(app)
  if (mount === '') app.use(oauth)
  else app.use(mount, oauth)
  after?.(app, oauth)
  const { url, close } = await startServer(app)
  return { url: url + mount, oauth, close }
}

/** The header of HTTP Basic, of credentials that form encoding leaves as they are. */
export function basic({ id, secret }: { id: string; secret: string }): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}

/** An access token request by `POST /token`; a `form` of text is sent as it is. */
export function requestToken(url: string, form: Record<string, string> | string, headers?: Record<string, string>) {
  return postForm(`${url}/token`, form, headers)
}

export async function postForm(url: string, form: Record<string, string> | string, headers?: Record<string, string>) {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
  const text = await response.text()
  // the boundary: every answer of the endpoints is a JSON object, and anything else fails the test here
  const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, headers: response.headers, body: parsed, text }
}
