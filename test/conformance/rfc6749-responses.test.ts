import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { OAuthError, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { alice, basic, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const credentials = basic(webBackend)

describe('RFC 6749 section 5.1: successful response', () => {
  test('200 (OK), and the parameters are members of a JSON object at the top level', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, scope: 'contacts.read' }, credentials)
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['token_type', 'expires_in', 'access_token', 'refresh_token', 'scope'])
  })

  test('access_token and token_type are REQUIRED, and the type is Bearer', async () => {
    const { url } = await startTokenServer()
    const { body } = await requestToken(url, login, credentials)
    expect(body).toMatchObject({ access_token: expect.any(String) as string, token_type: 'Bearer' })
  })

  test('expires_in is the lifetime in seconds of the access token, as a JSON number', async () => {
    const { url } = await startTokenServer({ accessTokenLifetime: '20m' })
    const { body } = await requestToken(url, login, credentials)
    expect(body['expires_in']).toBe(1200)
    const { exp, iat } = decodeJwt(String(body['access_token']))
    expect(Number(exp) - Number(iat)).toBe(1200)
  })

  test('the media type is application/json', async () => {
    const { url } = await startTokenServer()
    const { headers } = await requestToken(url, login, credentials)
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('Cache-Control: no-store and Pragma: no-cache MUST be included', async () => {
    const { url } = await startTokenServer()
    const { headers } = await requestToken(url, login, credentials)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('pragma')).toBe('no-cache')
    expect(headers.get('etag')).toBeNull()
  })

  test('members that the application adds stand beside them and never instead', async () => {
    const { url } = await startTokenServer({ responseMembers: ({ subject }) => ({ user_name: subject }) })
    expect((await requestToken(url, login, credentials)).body).toMatchObject({
      token_type: 'Bearer',
      user_name: 'alice',
    })
  })
})

interface Refusal {
  because: string
  error: string
  status?: number
  form?: Record<string, string>
  headers?: Record<string, string>
  options?: Partial<OAuthPasswordGrantOptions>
}

const refusals: readonly Refusal[] = [
  { because: 'it is missing a required parameter', error: 'invalid_request', form: { password: '' } },
  {
    because: 'it includes multiple credentials',
    error: 'invalid_request',
    form: { client_id: webBackend.id, client_secret: webBackend.secret },
  },
  {
    because: 'it utilizes more than one mechanism for authenticating the client',
    error: 'invalid_request',
    form: { client_secret: 'x' },
  },
  {
    because: 'the client is unknown',
    error: 'invalid_client',
    status: 401,
    headers: basic({ id: 'nobody', secret: 'x' }),
  },
  { because: 'no client authentication is included', error: 'invalid_client', status: 401, headers: {} },
  {
    because: 'the authentication method is unsupported',
    error: 'invalid_client',
    status: 401,
    headers: { authorization: 'Bearer abc' },
  },
  { because: 'the resource owner credentials are invalid', error: 'invalid_grant', form: { password: 'wrong' } },
  {
    because: 'the refresh token is invalid',
    error: 'invalid_grant',
    form: { grant_type: 'refresh_token', refresh_token: 'nonsense' },
  },
  {
    because: 'the client is not authorized to use this grant type',
    error: 'unauthorized_client',
    options: { clients: [{ ...webBackend, grantTypes: ['refresh_token'] }] },
  },
  {
    because: 'the client is not authorized to refresh',
    error: 'unauthorized_client',
    form: { grant_type: 'refresh_token', refresh_token: 'x' },
    options: { clients: [{ ...webBackend, grantTypes: ['password'] }] },
  },
  {
    because: 'the grant type is not supported',
    error: 'unsupported_grant_type',
    form: { grant_type: 'client_credentials' },
  },
  { because: 'the grant type is none that exists', error: 'unsupported_grant_type', form: { grant_type: 'toString' } },
  {
    because: 'the server issues no refresh tokens',
    error: 'unsupported_grant_type',
    form: { grant_type: 'refresh_token', refresh_token: 'x' },
    options: { refreshTokens: false },
  },
  { because: 'the scope is unknown', error: 'invalid_scope', form: { scope: 'contacts.read nonsense' } },
  { because: 'the scope is malformed', error: 'invalid_scope', form: { scope: 'contacts.read"' } },
  {
    because: 'the scope is not for this client',
    error: 'invalid_scope',
    form: { scope: 'contacts.write' },
    options: { clients: [{ ...webBackend, scopes: ['contacts.read'] }] },
  },
  {
    because: 'the server failed',
    error: 'server_error',
    status: 500,
    options: {
      authenticateUser: () => Promise.reject(new Error('connect ECONNREFUSED "10.0.0.5"\nuser=app')),
      onError: () => undefined,
    },
  },
]

describe('RFC 6749 section 5.2: error response', () => {
  test.for(refusals)(
    '$error where $because',
    async ({ error, status = 400, form = {}, headers = credentials, options = {} }) => {
      const { url } = await startTokenServer(options)
      const answer = await requestToken(url, { ...login, ...form }, headers)
      expect([answer.status, answer.body['error']]).toEqual([status, error])
      // The form of every refusal: JSON of two members, not cacheable, in the characters %x20-21 / %x23-5B / %x5D-7E.
      expect(Object.keys(answer.body)).toEqual(['error', 'error_description'])
      expect(answer.body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('pragma')).toBe('no-cache')
      expect(answer.text).not.toContain('ECONNREFUSED')
    },
  )

  test('the server responds with 400 (Bad Request) unless specified otherwise, whoever the user is', async () => {
    const { url } = await startTokenServer()
    const wrong = await requestToken(url, { ...login, password: 'wrong' }, credentials)
    const unknown = await requestToken(url, { ...login, username: 'nobody' }, credentials)
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text])
    expect([...unknown.headers.keys()]).toEqual([...wrong.headers.keys()])
  })

  test('invalid_scope is told whether the password is right or wrong, and the password is not looked at', async () => {
    let asked = 0
    const { url } = await startTokenServer({
      authenticateUser: () => {
        asked += 1
        return { id: 'alice' }
      },
    })
    const answer = await requestToken(url, { ...login, scope: 'nonsense' }, credentials)
    expect([answer.body['error'], asked]).toEqual(['invalid_scope', 0])
  })

  test('the description never has a character that is not allowed, though an application wrote one', async () => {
    const { url } = await startTokenServer({
      authenticateUser: () => {
        throw new OAuthError('access_denied', 'Sign in at "the desk"\\ first: Müller\n')
      },
    })
    const { status, body } = await requestToken(url, login, credentials)
    expect(status).toBe(403)
    expect(body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  test('no refusal repeats what was sent', async () => {
    const { url } = await startTokenServer()
    const marker = 'zq9x'
    const forms = [
      { grant_type: marker },
      { scope: marker },
      { username: marker },
      { password: marker },
      { client_id: marker },
      { grant_type: 'refresh_token', refresh_token: marker },
    ]
    for (const form of forms)
      expect((await requestToken(url, { ...login, ...form }, credentials)).text).not.toContain(marker)
  })
})

describe('RFC 6749 section 5.2: invalid_client is 401 with WWW-Authenticate where the client used the header', () => {
  const challenge = 'Basic realm="oauth", charset="UTF-8"'
  const base64 = (text: string) => Buffer.from(text).toString('base64')

  test.for([
    ['a wrong secret', `Basic ${base64('web-backend:wrong')}`],
    ['an unknown client', `Basic ${base64('nobody:wrong')}`],
    ['the secret of another client', `Basic ${base64(`web-backend:${otherBackend.secret}`)}`],
    ['no colon', `Basic ${base64('web-backend')}`],
    ['what is not base64', 'Basic %%%'],
    ['nothing', 'Basic'],
    ['bytes that are not UTF-8', `Basic ${Buffer.from('web-backend:\xff', 'latin1').toString('base64')}`],
    ['another scheme', 'Bearer abc'],
    ['a scheme of which Basic is a part', `NotBasicAtAll ${base64(`web-backend:${webBackend.secret}`)}`],
    ['an empty header', ''],
  ] as const)('%s', async ([, authorization]) => {
    const { url } = await startTokenServer()
    const { status, headers, body } = await requestToken(url, login, { authorization })
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
    expect(headers.get('www-authenticate')).toBe(challenge)
  })

  test('a wrong secret in the body is challenged too, as every 401 is (RFC 9110 section 15.5.2)', async () => {
    const { url } = await startTokenServer()
    const { status, headers } = await requestToken(url, { ...login, client_id: 'web-backend', client_secret: 'wrong' })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe(challenge)
  })

  test('no other refusal is challenged', async () => {
    const { url } = await startTokenServer()
    const { headers } = await requestToken(url, { ...login, password: 'wrong' }, credentials)
    expect(headers.get('www-authenticate')).toBeNull()
  })
})
