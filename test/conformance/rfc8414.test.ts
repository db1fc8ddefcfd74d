import { generateKeyPairSync } from 'node:crypto'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { issuer, nativeApp, startServer, startTokenServer, testOptions, webBackend } from '../start-server.js'

const PLACE = '/.well-known/oauth-authorization-server'
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

async function metadataOf(options: Partial<OAuthPasswordGrantOptions> = {}): Promise<Record<string, unknown>> {
  return read(`${(await startTokenServer(options)).url}${PLACE}`)
}

async function read(url: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown> // the boundary
}

describe('RFC 8414 section 2: the metadata', () => {
  test('say all that a server of a private key offers, and no more', async () => {
    expect(await metadataOf({ signingKeys: privateKey })).toEqual({
      issuer,
      token_endpoint: `${issuer}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      grant_types_supported: ['password', 'refresh_token'],
      response_types_supported: [],
      scopes_supported: ['contacts.read', 'contacts.write'],
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      revocation_endpoint: `${issuer}/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint: `${issuer}/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    })
  })

  test('leave out what is off', async () => {
    const off = { revocationPath: false, introspectionPath: false, refreshTokens: false, scopes: [] } as const
    expect(await metadataOf({ ...off, clients: [webBackend] })).toEqual({
      issuer,
      token_endpoint: `${issuer}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['password'],
      response_types_supported: [],
    })
  })

  test('name the paths that were chosen', async () => {
    const chosen = {
      tokenPath: '/oauth/token',
      revocationPath: '/oauth/revoke',
      introspectionPath: '/oauth/introspect',
    }
    expect(await metadataOf({ ...chosen, jwksPath: '/keys', signingKeys: privateKey })).toMatchObject({
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
      introspection_endpoint: `${issuer}/oauth/introspect`,
      jwks_uri: `${issuer}/keys`,
    })
  })

  test('have no keys where they are not published', async () => {
    expect(await metadataOf()).not.toHaveProperty('jwks_uri')
    expect(await metadataOf({ signingKeys: privateKey, jwksPath: false })).not.toHaveProperty('jwks_uri')
  })

  test('offer `none` only where a public client can be, and introspection only where a client can', async () => {
    const methods = (metadata: Record<string, unknown>) => metadata['token_endpoint_auth_methods_supported']
    expect(methods(await metadataOf({ clients: [webBackend] }))).toEqual(['client_secret_basic', 'client_secret_post'])
    const found = await metadataOf({ clients: () => webBackend })
    expect(methods(found)).toEqual(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
    const onlyPublic = await metadataOf({ clients: [nativeApp] })
    expect(methods(onlyPublic)).toEqual(['none'])
    expect(onlyPublic).not.toHaveProperty('introspection_endpoint')
  })
})

describe('RFC 8414 section 3: the metadata are found', () => {
  const started = async (
    path: string,
    setUp: (app: express.Express, oauth: ReturnType<typeof oauthPasswordGrant>) => void,
  ) => {
    const app = express()
    const oauth = oauthPasswordGrant({
      ...testOptions(),
      issuer: `https://login.example.com${path}`,
      signingKeys: privateKey,
    })
    setUp(app, oauth)
    return startServer(app)
  }

  test('at the root with the issuer’s path behind, by wellKnown (3.1)', async () => {
    const { url } = await started('/auth', (app, oauth) => app.use('/auth', oauth).use(oauth.wellKnown('/auth')))
    const metadata = await read(`${url}${PLACE}/auth`)
    expect(metadata).toMatchObject({
      issuer: 'https://login.example.com/auth',
      token_endpoint: 'https://login.example.com/auth/token',
      jwks_uri: 'https://login.example.com/auth/.well-known/jwks.json',
    })
    expect(await read(`${url}/auth${PLACE}`)).toEqual(metadata)
    expect((await fetch(url + PLACE)).status).toBe(404)
    expect((await fetch(`${url}${PLACE}/auth`, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${url}/token`, { method: 'POST' })).status).toBe(404)
  })

  test('at the root, where the issuer has no path and the middleware is mounted under one', async () => {
    const { url } = await started('', (app, oauth) => app.use('/api/auth', oauth).use(oauth.wellKnown('/api/auth')))
    const metadata = await read(url + PLACE)
    expect(metadata).toMatchObject({ token_endpoint: 'https://login.example.com/api/auth/token' })
    expect(await read(`${url}/api/auth${PLACE}`)).toEqual(metadata)
  })

  test('by an application at whose root requests arrive without the issuer’s path, in both places', async () => {
    const { url } = await started('/auth/', (app, oauth) => app.use(oauth))
    const metadata = await read(url + PLACE)
    expect(metadata).toMatchObject({
      issuer: 'https://login.example.com/auth/',
      token_endpoint: 'https://login.example.com/auth/token',
    })
    expect(await read(`${url}${PLACE}/auth`)).toEqual(metadata)
    expect(await read(`${url}${PLACE}/auth/`)).toEqual(metadata)
  })

  test('of each router in which they are nested', async () => {
    const nested = (app: express.Express, oauth: ReturnType<typeof oauthPasswordGrant>) =>
      app.use('/api', express.Router().use('/auth', oauth))
    const below = await started('/api', nested)
    expect(await read(`${below.url}/api/auth${PLACE}`)).toHaveProperty(
      'token_endpoint',
      'https://login.example.com/api/api/auth/token',
    )
    const whole = await started('/v2/api/auth', nested)
    expect(await read(`${whole.url}/api/auth${PLACE}`)).toHaveProperty(
      'token_endpoint',
      'https://login.example.com/v2/api/auth/token',
    )
  })

  test('however many paths are asked for where the mount path has a parameter, and each names its own', async () => {
    const { url } = await started('', (app, oauth) => app.use('/:tenant', oauth))
    for (let tenant = 0; tenant < 100; tenant++) {
      const path = `/tenant-${tenant % 40}`
      expect(await read(url + path + PLACE)).toHaveProperty('token_endpoint', `https://login.example.com${path}/token`)
    }
  })

  test('nowhere where a Host header or a forwarded one would have it', async () => {
    const { url } = await started('/auth', (app, oauth) => app.set('trust proxy', true).use('/auth', oauth))
    const headers = {
      'x-forwarded-host': 'evil.example.com',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example.com',
    }
    const answer = await fetch(`${url}/auth${PLACE}`, { headers })
    expect(await answer.text()).not.toContain('evil')
  })

  test('not by wellKnown where they are off, nor at what is no path', () => {
    const oauth = oauthPasswordGrant(testOptions({ metadataPath: false }))
    expect(() => oauth.wellKnown()).toThrow('oauth.wellKnown() has nothing to serve, because metadataPath is false')
    expect(() => oauthPasswordGrant(testOptions()).wellKnown('auth')).toThrow(/^mountPath is "auth": give a path/)
  })
})
