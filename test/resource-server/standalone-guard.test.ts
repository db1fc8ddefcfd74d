import { generateKeyPairSync } from 'node:crypto'
import express from 'express'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import {
  oauthPasswordGrant,
  resourceServer,
  type AccessTokenAuth,
  type OAuthPasswordGrant,
  type RequireAccessToken,
  type ResourceServerOptions,
} from '../../lib/index.js'
import { logIn } from '../log-in.js'
import { audience, otherBackend, signingSecret, startServer, testOptions, webBackend } from '../start-server.js'
import { freePort } from '../stores/free-port.js'

const rejections: unknown[] = []

beforeEach(() => {
  const note = (error: unknown) => rejections.push(error)
  process.on('unhandledRejection', note)
  onTestFinished(() => {
    process.off('unhandledRejection', note)
    expect(rejections.splice(0)).toEqual([])
  })
})

const api = {
  id: 'contacts-api',
  secret: 'contacts-api-secret-of-32-bytes-or-more',
  introspectionAudiences: [audience],
}
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** An authorization server at its own URL. */
async function startIssuer(signingKeys: string | typeof privateKey) {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const app = express()
  const oauth = oauthPasswordGrant({ ...testOptions(), issuer, signingKeys, clients: [webBackend, otherBackend, api] })
  app.use(oauth)
  const server = app.listen(port, '127.0.0.1')
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  onTestFinished(stop)
  return { issuer, oauth, stop }
}

async function startApi(
  options: ResourceServerOptions,
  routes?: (app: express.Express, guard: RequireAccessToken) => void,
) {
  const { requireAccessToken: guard } = resourceServer({ onError: () => undefined, ...options })
  const app = express()
  app.get('/contacts', guard('contacts.read'), (request, response) => {
    response.json((Reflect.get(request, 'auth') as AccessTokenAuth).payload)
  })
  routes?.(app, guard)
  return (await startServer(app)).url
}

const login = async (issuer: string, scope = 'contacts.read') => (await logIn(issuer, { scope })).access

const get = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })

test('It takes tokens by the public keys that the issuer publishes, and puts the claims in req.auth.', async () => {
  const { issuer } = await startIssuer(privateKey)
  const url = await startApi({ issuer, audience })
  const answer = await get(`${url}/contacts`, await login(issuer))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ sub: 'alice', iss: issuer, aud: audience, scope: 'contacts.read' })
  const narrow = await get(`${url}/contacts`, await login(issuer, 'contacts.write'))
  expect(narrow.status).toBe(403)
  expect(narrow.headers.get('www-authenticate')).toMatch(/scope="contacts\.read"/)
  expect((await fetch(`${url}/contacts`)).headers.get('www-authenticate')).toBe('Bearer realm="oauth"')
})

test('It takes tokens by a secret that it shares, whatever key id the server gave it, and asks nobody.', async () => {
  const { issuer, stop } = await startIssuer(signingSecret)
  const url = await startApi({ issuer, audience, secret: signingSecret })
  const token = await login(issuer)
  await stop()
  expect((await get(`${url}/contacts`, token)).status).toBe(200)
  const other = await startApi({ issuer, audience, secret: 'another-secret-of-32-bytes-or-more!!' })
  expect((await get(`${other}/contacts`, token)).status).toBe(401)
})

test.for<[string, (issuer: string) => Partial<ResourceServerOptions>]>([
  ['another issuer', (issuer) => ({ issuer: `${issuer}/` })],
  ['another audience', () => ({ audience: 'https://elsewhere.example' })],
])('It refuses the tokens of %s.', async ([, of]) => {
  const { issuer } = await startIssuer(privateKey)
  const url = await startApi({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json`, ...of(issuer) })
  const answer = await get(`${url}/contacts`, await login(issuer))
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ])
})

test('While the issuer is away it goes on with the keys that it knows.', async () => {
  const { issuer, stop } = await startIssuer(privateKey)
  const url = await startApi({ issuer, audience })
  const token = await login(issuer)
  const other = await login(issuer)
  expect((await get(`${url}/contacts`, token)).status).toBe(200)
  await stop()
  expect((await get(`${url}/contacts`, token)).status).toBe(200)
  expect((await get(`${url}/contacts`, other)).status).toBe(200)
})

test('Where it never had any keys it answers 503 with Retry-After, and tells the operator.', async () => {
  const { issuer, stop } = await startIssuer(privateKey)
  const token = await login(issuer)
  await stop()
  const errors: unknown[] = []
  const url = await startApi({ issuer, audience, onError: (error) => errors.push(error) })
  const answer = await get(`${url}/contacts`, token)
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual([
    503,
    '5',
    'no-store',
  ])
  expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  expect(errors.length).toBeGreaterThan(0)
  expect(JSON.stringify(errors.map(String))).not.toContain(token)
})

test('With checkRevocation it asks the introspection endpoint, and a revoked grant ends at once.', async () => {
  const { issuer, oauth } = await startIssuer(privateKey)
  const url = await startApi(introspecting(issuer), livingRoute)
  const token = await login(issuer)
  expect((await get(`${url}/living`, token)).status).toBe(200)
  expect((await get(`${url}/living`, token)).status).toBe(200)
  await endAll(oauth)
  expect((await get(`${url}/living`, token)).status).toBe(401)
  expect((await get(`${url}/contacts`, token)).status).toBe(200)
})

test('An introspection endpoint that refuses or is away is a 503, and never lets anybody in.', async () => {
  const { issuer, stop } = await startIssuer(privateKey)
  const token = await login(issuer)
  const wrongSecret = { clientSecret: 'not-the-secret-of-the-contacts-api', endpoint: `${issuer}/introspect` }
  const refused = await startApi(introspecting(issuer, wrongSecret), livingRoute)
  const right = await startApi(introspecting(issuer), livingRoute)
  expect((await get(`${right}/living`, token)).status).toBe(200)
  expect((await get(`${refused}/living`, token)).status).toBe(503)
  await stop()
  expect((await get(`${right}/living`, token)).status).toBe(503)
  expect((await get(`${right}/contacts`, token)).status).toBe(200)
})

function introspecting(
  issuer: string,
  introspection: Partial<NonNullable<ResourceServerOptions['introspection']>> = {},
): ResourceServerOptions {
  const client = { clientId: api.id, clientSecret: api.secret }
  return { issuer, audience, introspection: { ...client, ...introspection } }
}

function livingRoute(app: express.Express, guard: RequireAccessToken): void {
  app.get('/living', guard('contacts.read', { checkRevocation: true }), (_request, response) => {
    response.json([])
  })
}

async function endAll(oauth: OAuthPasswordGrant): Promise<void> {
  await oauth.grants.revokeAll('alice')
}
