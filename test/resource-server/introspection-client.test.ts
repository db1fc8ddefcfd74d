import { generateKeyPairSync } from 'node:crypto'
import { text } from 'node:stream/consumers'
import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from 'vitest'
import { introspectionClient } from '../../lib/resource-server/introspection-client.js'
import { introspectionCredentials } from '../../lib/resource-server/introspection-credentials.js'
import { IssuerError } from '../../lib/resource-server/issuer-error.js'
import {
  alice,
  audience,
  basic,
  issuer,
  postForm,
  requestToken,
  startTokenServer,
  testOptions,
  webBackend,
} from '../start-server.js'
import { freePort } from '../stores/free-port.js'
import { badAnswers } from './bad-answers.js'
import { startIssuer } from './issuer.js'
import { failOnUnhandledRejections } from './unhandled-rejections.js'

failOnUnhandledRejections()

const client = { clientId: 'contacts-api', clientSecret: 'contacts-api-secret-of-32-bytes-or-more' }
const credentials = introspectionCredentials(issuer, client)
const token = 'the-access-token-in-question'

function clientOf(url: string, { timeout, ...other }: Partial<typeof client> & { timeout?: number } = {}) {
  const credentials = introspectionCredentials(issuer, { ...client, ...other })
  return introspectionClient({
    endpoint: `${url}/introspect`,
    credentials,
    ...(timeout === undefined ? {} : { timeout }),
  })
}

/** All that an error says, its causes included. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${everythingIn(error.cause)}`
}

describe('The introspection client', () => {
  test('asks as RFC 7662 section 2.1 says, with HTTP Basic.', async () => {
    const seen: { method?: string; headers: IncomingHttpHeaders; body: string }[] = []
    const issuer = await startIssuer({
      '/introspect': (request, response) => {
        void text(request).then((body) => {
          seen.push({ method: request.method ?? '', headers: request.headers, body })
          response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end('{"active":true}')
        })
      },
    })
    await expect(clientOf(issuer.url).isActive('a+b/c=')).resolves.toBe(true)
    expect(seen).toMatchObject([
      {
        method: 'POST',
        body: 'token=a%2Bb%2Fc%3D&token_type_hint=access_token',
        headers: {
          accept: 'application/json',
          'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/) as string,
          authorization: basic({ id: client.clientId, secret: client.clientSecret }).authorization,
        },
      },
    ])
  })

  test('form-encodes its credentials (RFC 6749 section 2.3.1).', async () => {
    const seen: string[] = []
    const issuer = await startIssuer({
      '/introspect': ({ headers }, response) => {
        seen.push(Buffer.from((headers.authorization ?? '').slice('Basic '.length), 'base64').toString())
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"active":true}')
      },
    })
    await clientOf(issuer.url, { clientId: 'a:b', clientSecret: 'ü +%&=:' }).isActive(token)
    expect(seen).toEqual(['a%3Ab:%C3%BC+%2B%25%26%3D%3A'])
  })

  test('is told by our own endpoint that a grant was revoked, at once.', async () => {
    const api = {
      id: 'contacts api',
      secret: 'secret: with 100% of what+is=difficult',
      introspectionAudiences: [testOptions().audience],
    }
    const { url } = await startTokenServer({
      clients: [webBackend, { ...api, introspectionAudiences: api.introspectionAudiences.flat() }],
    })
    const issued = await requestToken(url, { grant_type: 'password', ...alice }, basic(webBackend))
    const accessToken = String(issued.body['access_token'])
    const client = clientOf(url, { clientId: api.id, clientSecret: api.secret })
    await expect(client.isActive(accessToken)).resolves.toBe(true)
    await expect(client.isActive(`${accessToken}x`)).resolves.toBe(false)
    await postForm(`${url}/revoke`, { token: accessToken }, basic(webBackend))
    await expect(client.isActive(accessToken)).resolves.toBe(false)
    const impostor = clientOf(url, { clientId: api.id, clientSecret: 'guessed' })
    await expect(impostor.isActive(accessToken)).rejects.toMatchObject({ status: 401 })
  })

  test.for(['"true"', '1', 'null', '"yes"', '[true]', '{}'])(
    'takes no token for active because active is %s.',
    async (active) => {
      const issuer = await startIssuer({ '/introspect': { active: JSON.parse(active) as unknown } })
      await expect(clientOf(issuer.url).isActive(token)).rejects.toThrow(/did not say whether/)
    },
  )

  test('asks each time.', async () => {
    const issuer = await startIssuer({ '/introspect': { active: true } })
    const client = clientOf(issuer.url)
    await client.isActive(token)
    issuer.answers.set('/introspect', { active: false })
    await expect(client.isActive(token)).resolves.toBe(false)
    expect(issuer.asked('/introspect')).toBe(2)
  })

  test.for(badAnswers('/elsewhere'))(
    'rejects in time, and tells no secret, where the endpoint $title.',
    async ({ answer, told, isEndless }) => {
      const issuer = await startIssuer({ '/introspect': answer, '/elsewhere': { active: true } })
      const client = clientOf(issuer.url, { timeout: isEndless ? 200 : 5000 })
      const failure: unknown = await client.isActive(token).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(IssuerError)
      expect(failure).toMatchObject({ message: expect.stringMatching(told) as string })
      expect(everythingIn(failure)).not.toMatch(/the-access-token|contacts-api-secret|Y29udGFjdHM/)
      expect(issuer.log).toEqual(['/introspect'])
    },
  )

  test('rejects where nobody listens.', async () => {
    const client = clientOf(`http://127.0.0.1:${await freePort()}`)
    await expect(client.isActive(token)).rejects.toThrow(/could not be reached \(connect ECONNREFUSED/)
  })

  test.for([
    ['endpoint', { endpoint: 'http://login.example.com/introspect' }],
    ['endpoint', { endpoint: 'https://contacts-api:secret@login.example.com/introspect' }],
    ['endpoint', { endpoint: '/introspect' }],
    ['endpoint', { endpoint: '' }],
  ] as const)('is not made with a wrong %s: %j.', ([option, wrong]) => {
    const make = () => introspectionClient({ ...wrong, credentials })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(new RegExp(`^${option} is `))
  })
})

describe('The credentials for introspection', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const api = {
    id: 'contacts-api',
    keys: [key.publicKey.export({ format: 'jwk' })],
    introspectionAudiences: [audience],
  }

  test.each([
    ['a JWK', key.privateKey.export({ format: 'jwk' })],
    ['PEM', String(key.privateKey.export({ format: 'pem', type: 'pkcs8' }))],
    ['a KeyObject', key.privateKey],
  ])('are a new client assertion for each request if clientKey is %s.', async (_title, clientKey) => {
    const { url } = await startTokenServer({ clients: [webBackend, api] })
    const issued = await requestToken(url, { grant_type: 'password', ...alice }, basic(webBackend))
    const credentials = introspectionCredentials(issuer, { clientId: api.id, clientKey })
    const asked = introspectionClient({ endpoint: `${url}/introspect`, credentials })
    for (let time = 0; time < 3; time++)
      await expect(asked.isActive(String(issued.body['access_token']))).resolves.toBe(true)
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const impostor = introspectionCredentials(issuer, { clientId: api.id, clientKey: other })
    const refused = introspectionClient({ endpoint: `${url}/introspect`, credentials: impostor })
    await expect(refused.isActive(token)).rejects.toMatchObject({ status: 401 })
  })

  test.each([
    [{ clientId: '' }, 'introspection.clientId is'],
    [{ clientId: 'a', clientSecret: '' }, 'introspection.clientSecret is'],
    [{ clientId: 'a' }, 'introspection must have one of clientSecret and clientKey'],
    [{ ...client, clientKey: key.privateKey }, 'introspection must have one of clientSecret and clientKey'],
    [{ clientId: 'a', clientKey: 'a-secret-of-32-bytes-or-more-is-no-key' }, 'introspection.clientKey is a secret'],
    [{ clientId: 'a', clientKey: key.publicKey }, 'introspection.clientKey is a public key'],
  ])('are refused as %j.', (members, message) => {
    expect(() => introspectionCredentials(issuer, members)).toThrow(TypeError)
    expect(() => introspectionCredentials(issuer, members)).toThrow(message)
  })
})
