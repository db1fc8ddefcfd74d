import { describe, expect, test } from 'vitest'
import { IssuerError } from '../../lib/resource-server/issuer-error.js'
import { issuerMetadata, type IssuerMetadata } from '../../lib/resource-server/issuer-metadata.js'
import { withRequestTimeout } from '../../lib/resource-server/request-timeout.js'
import { badAnswers } from './bad-answers.js'
import { startIssuer, type Answer } from './issuer.js'
import { failOnUnhandledRejections } from './unhandled-rejections.js'

failOnUnhandledRejections()

const ROOT = '/.well-known/oauth-authorization-server'

function metadataOf(issuer: string, timeout = 5000): Promise<IssuerMetadata> {
  return withRequestTimeout(timeout, (signal) => issuerMetadata(issuer, signal))
}

describe("An issuer's metadata", () => {
  test('is where RFC 8414 section 3.1 says, for an issuer without a path.', async () => {
    const issuer = await startIssuer()
    issuer.answers.set(ROOT, {
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks`,
      introspection_endpoint: 'https://login.example.com/introspect',
    })
    await expect(metadataOf(issuer.url)).resolves.toEqual({
      jwksUri: new URL(`${issuer.url}/jwks`),
      introspectionEndpoint: new URL('https://login.example.com/introspect'),
    })
    expect(issuer.log).toEqual([ROOT])
  })

  test('is asked for once at each place, where there is none.', async () => {
    const issuer = await startIssuer()
    await expect(metadataOf(issuer.url)).rejects.toThrow(/has no metadata/)
    expect(issuer.log).toEqual([ROOT, '/.well-known/openid-configuration'])
  })

  const places = [`${ROOT}/tenants/a`, `/tenants/a${ROOT}`, '/tenants/a/.well-known/openid-configuration']

  test.for(places.map((place, index) => [place, index] as const))(
    'of an issuer with a path is found at %s, after the places before it answered 404.',
    async ([place, index]) => {
      const issuer = await startIssuer()
      const name = `${issuer.url}/tenants/a`
      for (const later of places.slice(index)) issuer.answers.set(later, { issuer: 'https://evil.example.com' })
      issuer.answers.set(place, { issuer: name, jwks_uri: `${name}/jwks` })
      await expect(metadataOf(name)).resolves.toEqual({ jwksUri: new URL(`${name}/jwks`) })
      expect(issuer.log).toEqual(places.slice(0, index + 1))
    },
  )

  test('of an issuer with a slash at its end is found without that slash, and has it in its issuer.', async () => {
    const issuer = await startIssuer()
    const name = `${issuer.url}/tenants/a/`
    issuer.answers.set(`${ROOT}/tenants/a`, { issuer: name })
    await expect(metadataOf(name)).resolves.toEqual({})
    await expect(metadataOf(`${issuer.url}/tenants/a`)).rejects.toThrow(/names another issuer/)
  })

  test('is not looked for elsewhere where the first place fails.', async () => {
    const issuer = await startIssuer()
    const name = `${issuer.url}/tenants/a`
    issuer.answers.set(places[1] ?? '', { issuer: name })
    issuer.answers.set(places[0] ?? '', (_, response) => {
      response.writeHead(500).end()
    })
    await expect(metadataOf(name)).rejects.toMatchObject({ code: 'ISSUER_FAILED', status: 500 })
    expect(issuer.log).toEqual([places[0]])
  })

  test.for([
    ['another host', () => 'https://evil.example.com'],
    ['a slash more', (url: string) => `${url}/`],
    ['another case', (url: string) => url.replace('http', 'HTTP')],
    ['a list', (url: string) => [url]],
    ['nothing', () => undefined],
  ] as const)('is refused where its issuer is %s (RFC 8414 section 3.3).', async ([, named]) => {
    const issuer = await startIssuer()
    issuer.answers.set(ROOT, { issuer: named(issuer.url), jwks_uri: `${issuer.url}/jwks` })
    await expect(metadataOf(issuer.url)).rejects.toThrow(/names (?:another issuer, |no issuer)/)
  })

  const insecure = [
    'http://keys.example.com/jwks',
    'http://127.0.0.1.example.com/jwks',
    'http://localhost.example.com/jwks',
    'http://0.0.0.0/jwks',
    'http://169.254.169.254/latest/meta-data',
    'https://user:password@login.example.com/jwks',
    'file:///etc/passwd',
    'data:application/json,{"keys":[]}',
    'ftp://login.example.com/jwks',
    '/jwks',
    '',
    null,
    ['https://login.example.com/jwks'],
  ]

  test.for(insecure)('is refused where its jwks_uri is %j.', async (uri) => {
    const issuer = await startIssuer()
    issuer.answers.set(ROOT, { issuer: issuer.url, jwks_uri: uri })
    await expect(metadataOf(issuer.url)).rejects.toThrow(/a jwks_uri that is no https URL/)
  })

  test('is refused where its introspection endpoint would have the secret sent in the clear.', async () => {
    const issuer = await startIssuer()
    issuer.answers.set(ROOT, { issuer: issuer.url, introspection_endpoint: 'http://login.example.com/introspect' })
    await expect(metadataOf(issuer.url)).rejects.toThrow(/an introspection_endpoint that is no https URL/)
  })

  test.for([
    'https://keys.example.com/jwks?v=2',
    'http://127.9.9.9/jwks',
    'http://localhost:3000/',
    'http://[::1]/jwks',
  ])('may name the jwks_uri %s.', async (uri) => {
    const issuer = await startIssuer()
    issuer.answers.set(ROOT, { issuer: issuer.url, jwks_uri: uri })
    await expect(metadataOf(issuer.url)).resolves.toEqual({ jwksUri: new URL(uri) })
  })

  test.for(badAnswers('/elsewhere'))(
    'fails in time where the endpoint $title.',
    async ({ answer, told, isEndless }) => {
      const issuer = await startIssuer({ [ROOT]: answer satisfies Answer })
      issuer.answers.set('/elsewhere', { issuer: issuer.url })
      const failure: unknown = await metadataOf(issuer.url, isEndless ? 200 : 5000).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(IssuerError)
      expect(failure).toMatchObject({ message: expect.stringMatching(told) as string })
      expect(issuer.log).toEqual([ROOT])
    },
  )

  test('fails in time where each place is slow.', async () => {
    const slow404: Answer = (_, response) => {
      setTimeout(() => response.writeHead(404).end(), 400)
    }
    const issuer = await startIssuer(Object.fromEntries(places.map((place) => [place, slow404])))
    await expect(metadataOf(`${issuer.url}/tenants/a`, 600)).rejects.toMatchObject({ code: 'ISSUER_TIMEOUT' })
    expect(issuer.log).toEqual(places.slice(0, 2))
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(issuer.log, 'nothing goes on afterwards').toEqual(places.slice(0, 2))
  })
})
