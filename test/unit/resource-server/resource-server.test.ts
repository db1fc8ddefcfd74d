import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { resourceServer, type ResourceServerOptions } from '../../../lib/index.js'
import { refusal } from '../working-options.js'

const options: ResourceServerOptions = { issuer: 'https://login.example.com', audience: 'https://api.example.com' }
const secret = 'a-secret-of-32-bytes-or-more-for-this'
const introspection = { clientId: 'api', clientSecret: 'secret' }

describe('a resource server', () => {
  test.each<Partial<ResourceServerOptions>>([
    {},
    { audience: ['https://a.example', 'https://b.example'] },
    { secret },
    { secret: [secret, { key: 'another-secret-of-32-bytes-or-more!', keyId: 'old' }] },
    { jwksUri: 'https://login.example.com/jwks' },
    { introspection },
    { introspection: { ...introspection, endpoint: 'https://login.example.com/introspect' } },
    { clockTolerance: false },
    { clockTolerance: 60, keysCooldown: '5s', timeout: '1s', realm: 'contacts', onError: () => undefined },
  ])('is made with %j', (more) => {
    expect(resourceServer({ ...options, ...more }).requireAccessToken('contacts.read')).toBeTypeOf('function')
    expect(resourceServer({ ...options, ...more }).accessTokenStrategy().name).toBe('bearer')
  })

  test.each<[string, RegExp, Record<string, unknown>]>([
    ['no issuer', /^issuer is missing/, { issuer: undefined }],
    ['an issuer that anybody on the way can change', /^issuer must be an https URL/, { issuer: 'http://example.com' }],
    ['no audience', /^audience is missing/, { audience: undefined }],
    ['an empty audience', /^audience is an empty array/, { audience: [] }],
    ['an unknown option', /^options\.jwksURI is not known/, { jwksURI: 'https://login.example.com/jwks' }],
    ['a weak secret', /^secret must be a secret of at least 32 bytes/, { secret: 'short' }],
    ['no secret in the list', /^secret is an empty array/, { secret: [] }],
    ['a secret that is missing', /^secret is null/, { secret: null }],
    [
      'a private key as the secret',
      /^secret is a private key: give an HS256 secret/,
      { secret: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
    ],
    ['both kinds of keys', /^Give one of secret and jwksUri/, { secret, jwksUri: 'https://login.example.com/jwks' }],
    ['a jwksUri without TLS', /^jwksUri is a string: give an https URL/, { jwksUri: 'http://example.com/jwks' }],
    ['a jwksUri that is none', /^jwksUri is a string: give an https URL/, { jwksUri: '/jwks' }],
    ['introspection by nobody', /^introspection\.clientId is missing/, { introspection: { clientSecret: 'secret' } }],
    [
      'introspection without a secret',
      /^introspection must have one of clientSecret and clientKey/,
      { introspection: { clientId: 'api' } },
    ],
    ['an unknown member', /^introspection\.url is not known/, { introspection: { ...introspection, url: 'x' } }],
    [
      'an introspection endpoint without TLS',
      /^introspection\.endpoint is a string: give an https URL/,
      { introspection: { ...introspection, endpoint: 'http://example.com/introspect' } },
    ],
    ['a tolerance of nothing', /^clockTolerance must be/, { clockTolerance: 0 }],
    ['a timeout for ever', /^timeout is "1y", which is longer than a timer/, { timeout: '1y' }],
    ['a realm with quotes', /^realm is "a \\"b\\""/, { realm: 'a "b"' }],
    ['an onError that is none', /^onError is a string/, { onError: 'print' }],
  ])('is refused with %s', (_title, message, more) => {
    expect(refusal(() => resourceServer({ ...options, ...more }))).toMatch(message)
  })

  test('cannot tell whether a grant is living where it may ask nobody', () => {
    const { requireAccessToken: guard } = resourceServer(options)
    expect(refusal(() => guard('contacts.read', { checkRevocation: true }))).toMatch(
      /^checkRevocation has to ask.*give introspection/,
    )
    expect(resourceServer({ ...options, introspection }).requireAccessToken('a', { checkRevocation: true })).toBeTypeOf(
      'function',
    )
  })

  test('refuses a route that requires a scope that does not exist', () => {
    const { requireAccessToken } = resourceServer({ ...options, scopes: ['contacts.read'] })
    expect(requireAccessToken('contacts.read')).toBeTypeOf('function')
    expect(refusal(() => requireAccessToken('contacts.raed'))).toMatch(/^scope "contacts\.raed" is not among/)
  })
})
