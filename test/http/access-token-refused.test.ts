import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { decodeProtectedHeader, SignJWT } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { resourceServer, type OAuthEvent, type OAuthPasswordGrantOptions } from '../../lib/index.js'
import { logIn } from '../log-in.js'
import { audience, issuer, signingSecret, startServer, startTokenServer, webBackend } from '../start-server.js'
import express from 'express'

type Refused = Extract<OAuthEvent, { type: 'access_token_refused' }>

async function startResource(
  overrides: Partial<OAuthPasswordGrantOptions> = {},
  before: (app: express.Express) => void = () => undefined,
) {
  const refused: Refused[] = []
  const onEvent = (event: OAuthEvent) => {
    if (event.type === 'access_token_refused') refused.push(event)
  }
  const server = await startTokenServer(
    { onEvent, ...overrides },
    {
      before,
      after: (app, { requireAccessToken }) => {
        app.get('/contacts', requireAccessToken('contacts.read'), (_request, response) => response.json([]))
        app.get('/living', requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) =>
          response.json([]),
        )
        app.get('/recent', requireAccessToken('contacts.read', { maxAge: 1 }), (_request, response) =>
          response.json([]),
        )
      },
    },
  )
  return { ...server, refused }
}

const login = (url: string, scope = 'contacts.read') => logIn(url, { scope })

const get = (url: string, token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })

async function signed(token: string, claims: object, ageInSeconds = 0): Promise<string> {
  const { kid = '' } = decodeProtectedHeader(token)
  const now = Math.floor(Date.now() / 1000) - ageInSeconds
  const all = {
    iss: issuer,
    aud: audience,
    sub: 'alice',
    client_id: 'web',
    jti: 'a',
    iat: now,
    exp: now + 60,
    ...claims,
  }
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
    .sign(new TextEncoder().encode(signingSecret))
}

describe('a refused access token', () => {
  test('is an event with the reason, while the client is told the same sentence whatever the reason', async () => {
    const { url, refused } = await startResource()
    const { access, refresh } = await login(url)
    const tokens = [
      'not-a-token',
      refresh,
      `${access}x`,
      await signed(access, { iss: 'https://other.example' }),
      await signed(access, { aud: 'https://other.example' }),
      await signed(access, {}, 120),
      await signed(access, { nbf: Math.floor(Date.now() / 1000) + 600 }),
    ]
    const answers = []
    for (const token of tokens) {
      const response = await get(`${url}/contacts`, token)
      answers.push([response.status, await response.text(), response.headers.get('www-authenticate')])
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(refused.map(({ reason }) => reason)).toEqual([
      'malformed',
      'type',
      'signature',
      'issuer',
      'audience',
      'expired',
      'not_yet_valid',
    ])
    expect(refused[4]).toMatchObject({
      issuer,
      address: '127.0.0.1',
      expected: `"${audience}"`,
      got: '"https://other.example"',
      subject: undefined,
      clientId: undefined,
    })
    for (const secret of tokens.slice(1)) expect(JSON.stringify(refused)).not.toContain(secret)
  })

  test('names the user and the client if the token itself is valid here', async () => {
    const { url, refused, oauth } = await startResource()
    const narrow = await login(url, 'contacts.write')
    await get(`${url}/contacts`, narrow.access)
    const { access } = await login(url)
    const old = await signed(access, { scope: 'contacts.read', auth_time: 1 })
    await get(`${url}/recent`, old)
    await oauth.grants.revokeAll('alice')
    await get(`${url}/living`, access)
    expect(refused.map(({ reason, subject, clientId }) => [reason, subject, clientId])).toEqual([
      ['scope', 'alice', webBackend.id],
      ['too_old', 'alice', 'web'],
      ['revoked', 'alice', webBackend.id],
    ])
    expect(refused[0]).toMatchObject({ expected: '"contacts.read"', got: '"contacts.write"' })
    expect(refused[1]?.expected).toBe('1 s')
  })

  test('comes from the address of the request, without the port that a proxy may write', async () => {
    const { url, refused } = await startResource({}, (app) => app.set('trust proxy', 1))
    const headers = { authorization: 'Bearer a.b.c', 'x-forwarded-for': '[2001:db8::1]:4711' }
    expect((await fetch(`${url}/contacts`, { headers })).status).toBe(401)
    expect(refused).toMatchObject([{ address: '2001:db8::1', endUserAddress: '2001:db8::1' }])
  })

  test('is one of few events in a flood, whose counts add up', async () => {
    const { url, refused } = await startResource()
    for (let time = 0; time < 100; time++) await get(`${url}/contacts`, `garbage-${time}`)
    await vi.waitFor(() => {
      expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(100)
    })
    expect(refused.length).toBeLessThan(100)
  })

  test('is not an event if the request has no token', async () => {
    const { url, refused } = await startResource()
    expect((await fetch(`${url}/contacts`)).status).toBe(401)
    expect((await fetch(`${url}/contacts`, { headers: { authorization: 'Basic YTpi' } })).status).toBe(401)
    expect(refused).toEqual([])
  })

  test('is an event of a resource server too', async () => {
    const { url } = await startTokenServer()
    const { access } = await login(url)
    const events: OAuthEvent[] = []
    const onEvent = (event: OAuthEvent) => events.push(event)
    const elsewhere = resourceServer({ issuer, audience: 'https://elsewhere.example', secret: signingSecret, onEvent })
    const api = await startServer(
      express().get('/', elsewhere.requireAccessToken(), (_request, response) => {
        response.json([])
      }),
    )
    expect((await get(api.url, access)).status).toBe(401)
    expect(events).toMatchObject([
      {
        type: 'access_token_refused',
        reason: 'audience',
        expected: '"https://elsewhere.example"',
        got: `"${audience}"`,
      },
    ])
  })

  test('warns the process once for each misconfiguration if nobody listens, and shows what did not match', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    try {
      const { url } = await startTokenServer()
      const { access } = await login(url)
      const { checkAccessToken } = resourceServer({
        issuer,
        audience: 'https://elsewhere.example',
        secret: signingSecret,
      })
      for (let time = 0; time < 3; time++) {
        await expect(checkAccessToken(upgrade(access))).rejects.toMatchObject({ status: 401 })
        await expect(checkAccessToken(upgrade(`${access}x`))).rejects.toMatchObject({ status: 401 })
      }
      expect(warn.mock.calls).toEqual([
        [
          `Access tokens are refused because they are for another audience: expected "https://elsewhere.example", got "${audience}".`,
          expect.objectContaining({ code: 'OAUTH_MISCONFIGURED', detail: expect.stringContaining('token') as string }),
        ],
        [
          'Access tokens are refused because their signature is wrong, so the secret is not the one with which the issuer signs.',
          expect.objectContaining({ code: 'OAUTH_MISCONFIGURED' }),
        ],
      ])
    } finally {
      warn.mockRestore()
    }
  })
})

describe('checkAccessToken', () => {
  test('resolves to the claims of the token, without an Express request', async () => {
    const { url, oauth } = await startTokenServer()
    const { access } = await login(url)
    const claims = await oauth.checkAccessToken(upgrade(access), 'contacts.read')
    expect([claims.sub, claims.client_id, claims.scope]).toEqual(['alice', webBackend.id, 'contacts.read'])
  })

  test.each<[string, string | undefined, number, string]>([
    ['contacts.write', undefined, 403, 'error="insufficient_scope"'],
    ['contacts.read', 'x.y.z', 401, 'error="invalid_token"'],
    ['contacts.read', '', 401, 'realm="oauth"'],
    ['contacts.read', 'a b', 400, 'error="invalid_request"'],
  ])(
    'rejects with the status and challenge of the guard (scope %s, token %j: %i)',
    async (scope, sent, status, challenge) => {
      const { url, oauth } = await startTokenServer()
      const { access } = await login(url)
      const rejection: unknown = await oauth
        .checkAccessToken(upgrade(sent ?? access), scope)
        .catch((error: unknown) => error)
      expect(rejection).toMatchObject({
        name: 'OAuthError',
        status,
        headers: { 'WWW-Authenticate': expect.stringContaining(challenge) as string },
      })
    },
  )

  test('rejects with a 503 and calls onError if the grant store does not respond', async () => {
    const errors: unknown[] = []
    const down = () => Promise.reject(new Error('the database is down'))
    const { url, oauth } = await startTokenServer({ onError: (error) => errors.push(error) })
    const { access } = await login(url)
    const { MemoryGrantStore } = await import('../../lib/index.js')
    const broken = await startTokenServer({
      grantStore: Object.assign(new MemoryGrantStore(), { find: down }),
      onError: (error) => errors.push(error),
    })
    const rejection: unknown = await broken.oauth
      .checkAccessToken(upgrade(access), 'contacts.read', { checkRevocation: true })
      .catch((error: unknown) => error)
    expect(rejection).toMatchObject({ code: 'temporarily_unavailable', status: 503, headers: { 'Retry-After': '5' } })
    expect(errors).toHaveLength(1)
    expect(JSON.stringify(rejection)).not.toContain('database')
    await expect(oauth.checkAccessToken(upgrade(access))).resolves.toMatchObject({ sub: 'alice' })
  })

  test('rejects with a TypeError for a scope that is not a string, also after a check without scope', async () => {
    const { url, oauth } = await startTokenServer()
    const { access } = await login(url)
    await oauth.checkAccessToken(upgrade(access))
    for (const scope of [null, NaN, () => 'contacts.read'] as unknown as string[]) {
      await expect(oauth.checkAccessToken(upgrade(access), scope)).rejects.toThrow(TypeError)
    }
  })

  test('rejects with a TypeError for a scope that does not exist, on every call', async () => {
    const { oauth } = await startTokenServer()
    for (let time = 0; time < 2; time++) {
      await expect(oauth.checkAccessToken(upgrade('a.b.c'), 'contacts.raed')).rejects.toThrow(/^scope "contacts\.raed"/)
    }
    expect(() => oauth.requireAccessToken('contacts.raed')).toThrow(TypeError)
  })
})

/** The request of a WebSocket upgrade: Node's, not Express's. */
function upgrade(token: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  if (token !== '') request.headers.authorization = `Bearer ${token}`
  return request
}
