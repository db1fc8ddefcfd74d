import { generateKeyPairSync } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant, type OAuthPasswordGrantOptions, type OpenApiOptions } from '../../lib/index.js'
import { alice, issuer, nativeApp, startTokenServer, testOptions, webBackend } from '../start-server.js'

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const scopeDescriptions = { 'contacts.read': 'Read contacts', 'contacts.write': '' }

function fragment(options: Partial<OAuthPasswordGrantOptions> = {}, of?: OpenApiOptions) {
  return oauthPasswordGrant(testOptions(options)).openapi(of)
}

function documentOf(parts: object): Record<string, unknown> {
  return { openapi: '3.1.0', info: { title: 'Contacts', version: '1' }, ...parts }
}

/** The tables of a service, in which a path holds what an operation is. */
interface Operation {
  readonly security: readonly Readonly<Record<string, unknown>>[]
  readonly requestBody: { content: Record<string, { schema: { properties: Record<string, { enum?: string[] }> } }> }
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>>
}

const operationOf = (paths: Record<string, Record<string, unknown>>, path: string, method: string) =>
  paths[path]?.[method] as Operation // the boundary: our own document, whose parts are unknown in its type

describe('The OpenAPI fragment', () => {
  test.for<[string, Partial<OAuthPasswordGrantOptions>, OpenApiOptions]>([
    ['with everything on', { signingKeys: privateKey }, { scopeDescriptions }],
    ['under a path', {}, { mountPath: '/auth' }],
    [
      'of few scopes and endpoints',
      { scopes: [], revocationPath: false, introspectionPath: false, metadataPath: false },
      {},
    ],
    ['without refresh tokens', { refreshTokens: false, clients: [nativeApp] }, {}],
  ])('%s is right by the schema of OpenAPI 3.1.', async ([, options, of]) => {
    const result = await new Validator().validate(documentOf(fragment(options, of)))
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
  })

  test('has nothing that the schema of OpenAPI 3.1 lets pass by mistake: a fault is seen.', async () => {
    const { components, paths } = fragment()
    const faulty = documentOf({ components: { ...components, securitySchemes: { oauth2: { type: 'oauth2' } } }, paths })
    expect((await new Validator().validate(faulty)).valid).toBe(false)
  })

  test('has the password flow, with every scope and what was said of it.', () => {
    expect(
      fragment({}, { scopeDescriptions: { 'contacts.read': 'Read contacts' } }).components.securitySchemes,
    ).toEqual({
      oauth2: {
        type: 'oauth2',
        description: expect.any(String) as string,
        flows: {
          password: {
            tokenUrl: `${issuer}/token`,
            refreshUrl: `${issuer}/token`,
            scopes: { 'contacts.read': 'Read contacts', 'contacts.write': '' },
          },
        },
      },
      oauth2Client: { type: 'http', scheme: 'basic', description: expect.any(String) as string },
    })
  })

  test.for([
    ['https://login.example.com', '/auth', 'https://login.example.com/auth/token', 'https://login.example.com'],
    ['https://login.example.com/auth', '/auth', 'https://login.example.com/auth/token', 'https://login.example.com'],
    ['https://example.com/api/auth', '/auth', 'https://example.com/api/auth/token', 'https://example.com/api'],
    ['https://example.com/api', undefined, 'https://example.com/api/token', 'https://example.com/api'],
  ] as const)('of the issuer %s, mounted at %s, has the token URL %s.', ([name, mountPath, tokenUrl, server]) => {
    const { components, paths } = fragment({ issuer: name }, mountPath === undefined ? {} : { mountPath })
    expect(components.securitySchemes['oauth2']).toHaveProperty('flows.password.tokenUrl', tokenUrl)
    const path = `${mountPath ?? ''}/token`
    expect(paths[path]).toHaveProperty('servers', [{ url: server }])
    expect(server + path).toBe(tokenUrl)
  })

  test('has the paths that are on, and no other.', () => {
    expect(Object.keys(fragment({ signingKeys: privateKey }).paths)).toEqual([
      '/token',
      '/revoke',
      '/introspect',
      '/.well-known/oauth-authorization-server',
      '/.well-known/jwks.json',
    ])
    expect(Object.keys(fragment({ metadataPath: false, tokenPath: '/oauth/token' }).paths)).toEqual([
      '/oauth/token',
      '/revoke',
      '/introspect',
    ])
  })

  test('has the parameters and the ways to authenticate that there are.', () => {
    const propertiesOf = ({ paths }: ReturnType<typeof fragment>) =>
      operationOf(paths, '/token', 'post').requestBody.content['application/x-www-form-urlencoded']?.schema.properties
    const all = fragment()
    expect(Object.keys(propertiesOf(all) ?? {}).sort()).toEqual(
      ['client_id', 'client_secret', 'grant_type', 'password', 'refresh_token', 'scope', 'username'].sort(),
    )
    expect(propertiesOf(all)?.['grant_type']?.enum).toEqual(['password', 'refresh_token'])
    expect(operationOf(all.paths, '/token', 'post').security).toEqual([{ oauth2Client: [] }, {}])
    const few = fragment({ refreshTokens: false, clients: [nativeApp] })
    expect(Object.keys(propertiesOf(few) ?? {}).sort()).toEqual(
      ['client_id', 'grant_type', 'password', 'scope', 'username'].sort(),
    )
    expect(operationOf(few.paths, '/token', 'post').security).toEqual([{}])
    expect(few.components.securitySchemes).not.toHaveProperty('oauth2Client')
  })

  test('is the caller’s own: what is done to it changes no other.', () => {
    const oauth = oauthPasswordGrant(testOptions())
    const first = oauth.openapi()
    const before = structuredClone(first)
    first.paths['/contacts'] = {}
    Object.assign(first.components.schemas['OAuthError'] ?? {}, { type: 'null' })
    expect(oauth.openapi()).toEqual(before)
  })

  test.for<[unknown, RegExp]>([
    [{ mountPath: 'auth' }, /^openapi\.mountPath is "auth": give a path/],
    [{ mount: '/auth' }, /^openapi\.mount is not known/],
    [{ scopeDescriptions: { nothing: 'x' } }, /^openapi\.scopeDescriptions\.nothing is not known/],
    [
      { scopeDescriptions: { 'contacts.read': 5 } },
      /^openapi\.scopeDescriptions\.contacts\.read is a number: give a string/,
    ],
    [{ scopeDescriptions: [] }, /^openapi\.scopeDescriptions is an empty array/],
    ['auth', /^openapi is a string/],
  ])('is refused with %j.', ([options, message]) => {
    expect(() => fragment({}, options as OpenApiOptions)).toThrow(message)
  })
})

test('What the fragment says of each path is what the server answers there.', async () => {
  const { url, oauth } = await startTokenServer({ signingKeys: privateKey })
  const { components, paths } = oauth.openapi()
  const credentials = `client_id=${webBackend.id}&client_secret=${webBackend.secret}`
  const login = new URLSearchParams({ grant_type: 'password', ...alice }).toString()
  const requests = [
    ['post', '/token', `${credentials}&${login}`, 200],
    ['post', '/token', `${credentials}&grant_type=password`, 400],
    ['post', '/token', login, 401],
    ['post', '/token', 'a'.repeat(20_000), 413],
    ['post', '/revoke', `${credentials}&token=x`, 200],
    ['post', '/revoke', credentials, 400],
    ['post', '/introspect', `${credentials}&token=x`, 200],
    ['get', '/.well-known/oauth-authorization-server', undefined, 200],
    ['get', '/.well-known/jwks.json', undefined, 200],
  ] as const
  for (const [method, path, body, status] of requests) {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(url + path, { method: method.toUpperCase(), headers, body: body ?? null })
    expect([path, answer.status]).toEqual([path, status])
    const said = operationOf(paths, path, method).responses[String(status)]?.content?.['application/json']?.schema
    const schema = said?.$ref === undefined ? said : components.schemas[said.$ref.split('/').at(-1) ?? '']
    const { required = [], properties } = schema as { required?: string[]; properties?: object }
    const members = Object.keys((await answer.json()) as object)
    expect(members, path).toEqual(expect.arrayContaining(required))
    if (properties !== undefined && path !== '/.well-known/oauth-authorization-server')
      expect(Object.keys(properties), path).toEqual(expect.arrayContaining(members))
  }
})
