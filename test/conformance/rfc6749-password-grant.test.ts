import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { alice, basic, bob, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const credentials = basic(webBackend)

describe('RFC 6749 section 4.3.2: access token request', () => {
  test('the example request, at the path and with the credentials of a server of its own', async () => {
    const client = { id: 's6BhdRkqt3', secret: 'gX1fBat3bV-Qm8sK2vTz5-Lr6yHc9nWd' }
    const { url } = await startTokenServer({
      clients: [client],
      authenticateUser: (username, password) =>
        username === 'johndoe' && password === 'A3ddj3w' ? { id: 'johndoe' } : undefined,
    })
    const { status } = await requestToken(url, 'grant_type=password&username=johndoe&password=A3ddj3w', basic(client))
    expect(status).toBe(200)
  })

  test.for(['grant_type', 'username', 'password'] as const)('%s is REQUIRED', async (name) => {
    const { url } = await startTokenServer()
    const { [name]: _, ...without } = login
    const { status, body } = await requestToken(url, without, credentials)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test.for(['Password', 'PASSWORD', 'password ', ' password', 'passwords'])(
    'the value MUST be set to "password", which %j is not',
    async (grant_type) => {
      const { url } = await startTokenServer()
      const { status, body } = await requestToken(url, { ...login, grant_type }, credentials)
      expect([status, body['error']]).toEqual([400, 'unsupported_grant_type'])
    },
  )

  test('scope is OPTIONAL', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, login, credentials)).status).toBe(200)
    expect((await requestToken(url, { ...login, scope: 'contacts.read' }, credentials)).status).toBe(200)
  })

  test('the client is authenticated before the password is looked at', async () => {
    let asked = 0
    const { url } = await startTokenServer({
      authenticateUser: () => {
        asked += 1
        return { id: 'alice' }
      },
    })
    await requestToken(url, login)
    await requestToken(url, login, basic({ id: webBackend.id, secret: 'wrong' }))
    expect(asked).toBe(0)
  })

  test('the credentials are validated by the existing algorithm: once, and as they were sent', async () => {
    const seen: unknown[] = []
    const { url } = await startTokenServer({
      authenticateUser: (username, password) => {
        seen.push([username, password])
        return { id: username }
      },
    })
    await requestToken(url, login, credentials)
    expect(seen).toEqual([[alice.username, alice.password]])
  })

  test("the password of another user is not one's own", async () => {
    const { url } = await startTokenServer()
    const { body } = await requestToken(url, { ...login, username: bob.username }, credentials)
    expect(body['error']).toBe('invalid_grant')
  })

  test('the server MUST protect the endpoint against brute force attacks', async () => {
    const { url } = await startTokenServer()
    const statuses: number[] = []
    for (let guess = 0; guess < 11; guess += 1) {
      statuses.push((await requestToken(url, { ...login, password: `guess ${guess}` }, credentials)).status)
    }
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429])
    const right = await requestToken(url, login, credentials)
    expect([right.status, right.body['error']]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
    const other = await requestToken(url, { ...login, ...bob }, credentials)
    expect(other.status).toBe(200)
  })
})

describe('RFC 6749 section 4.3.3: access token response', () => {
  test('a valid and authorized request is issued an access token and an optional refresh token', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, login, credentials)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      access_token: expect.any(String) as string,
      refresh_token: expect.any(String) as string,
    })
    expect(decodeJwt(String(body['access_token'])).sub).toBe('alice')
  })

  test.for([
    ['the server issues none', { refreshTokens: false as const }],
    ['the client may not use one', { clients: [{ ...webBackend, grantTypes: ['password' as const] }] }],
  ] as const)('no refresh token where %s', async ([, overrides]) => {
    const { url } = await startTokenServer(overrides)
    const { status, body } = await requestToken(url, login, credentials)
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('refresh_token')
  })
})
