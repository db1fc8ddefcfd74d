import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose'
import { describe, expect, test } from 'vitest'
import { credentials, logIn } from '../log-in.js'
import { audience, issuer, requestToken, signingSecret, startTokenServer } from '../start-server.js'

const secret = new TextEncoder().encode(signingSecret)

async function startResource(options: Parameters<typeof startTokenServer>[0] = {}) {
  return startTokenServer(options, {
    after: (app, oauth) => {
      app.get('/contacts', oauth.requireAccessToken('contacts.read'), (request, response) => {
        response.json(Reflect.get(request, 'auth'))
      })
      app.get('/living', oauth.requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) => {
        response.json([])
      })
    },
  })
}

const login = (url: string, scope = 'contacts.read') => logIn(url, { scope })

function get(url: string, token: string) {
  return fetch(url, { headers: { authorization: `Bearer ${token}` } })
}

const now = Math.floor(Date.now() / 1000)
const good = {
  iss: issuer,
  aud: audience,
  sub: 'alice',
  client_id: 'web-backend',
  scope: 'contacts.read',
  jti: 'a',
  iat: now,
  exp: now + 60,
}
const without = (name: keyof typeof good) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))

/** A token as ours are but for what the test says of it: its key id is that of the server's key. */
async function forged(url: string, claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
  const { kid } = decodeProtectedHeader((await login(url)).access)
  const protectedHeader = { alg: 'HS256', typ: 'at+jwt', ...(kid === undefined ? {} : { kid }), ...header }
  const crit = 'crit' in header ? { crit: { 'exp-ext': true } } : undefined
  return new SignJWT(claims).setProtectedHeader(protectedHeader).sign(secret, crit)
}

describe('the guard of routes in the same process (RFC 9068 section 4, RFC 6750)', () => {
  test('lets a token of ours through, by a scheme in any case, and puts its claims in req.auth', async () => {
    const { url } = await startResource()
    const { access } = await login(url)
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const response = await fetch(`${url}/contacts`, { headers: { authorization: `${scheme} ${access}` } })
      expect(response.status).toBe(200)
      const auth: unknown = await response.json()
      expect(auth).toMatchObject({ payload: decodeJwt(access), header: { typ: 'at+jwt' }, token: access })
    }
  })

  test('takes a token that was made as ours are, so that the refusals below have one reason each', async () => {
    const { url } = await startResource()
    expect((await get(`${url}/contacts`, await forged(url, good))).status).toBe(200)
  })

  test.for([
    ['another typ', (url: string) => forged(url, good, { typ: 'JWT' })],
    ['the typ of a refresh token', (url: string) => forged(url, good, { typ: 'rt+jwt' })],
    ['another iss', (url: string) => forged(url, { ...good, iss: `${issuer}/` })],
    ['another aud', (url: string) => forged(url, { ...good, aud: 'https://elsewhere.example' })],
    ['no aud', (url: string) => forged(url, without('aud'))],
    ['an exp that has passed', (url: string) => forged(url, { ...good, exp: now - 120 })],
    ['no exp', (url: string) => forged(url, without('exp'))],
    ['an nbf that is to come', (url: string) => forged(url, { ...good, nbf: now + 60 })],
    ['a kid that is unknown', (url: string) => forged(url, good, { kid: 'other' })],
    ['alg HS384', (url: string) => forged(url, good, { alg: 'HS384' })],
    ['alg none', () => Promise.resolve(new UnsecuredJWT(good).encode())],
    ['a signature that is not ours', async (url: string) => `${(await forged(url, good)).slice(0, -4)}AAAA`],
    ['a critical header', (url: string) => forged(url, good, { crit: ['exp-ext'], 'exp-ext': 1 })],
    ['no JWT at all', () => Promise.resolve('abc')],
  ] as const)('refuses %s as invalid_token', async ([, tokenOf]) => {
    const { url } = await startResource()
    const response = await get(`${url}/contacts`, await tokenOf(url))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/)
  })

  test('refuses a refresh token, and the token endpoint an access token', async () => {
    const { url } = await startResource()
    const { access, refresh } = await login(url)
    expect((await get(`${url}/contacts`, refresh)).status).toBe(401)
    const answer = await requestToken(url, { grant_type: 'refresh_token', refresh_token: access }, credentials)
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_grant'])
  })

  test('tells no error code where nothing was sent, and looks neither at the query string nor at another scheme', async () => {
    const { url } = await startResource()
    const { access } = await login(url)
    const asked = [
      await fetch(`${url}/contacts`),
      await fetch(`${url}/contacts?access_token=${access}`),
      await fetch(`${url}/contacts`, { headers: credentials }),
    ]
    for (const response of asked) {
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="oauth"'])
    }
  })

  test.for(['Bearer', 'Bearer a b', 'Bearer é'.normalize('NFC').replace('é', '"')])(
    'calls %s malformed',
    async (authorization) => {
      const { url } = await startResource()
      const response = await fetch(`${url}/contacts`, { headers: { authorization } })
      expect(response.status).toBe(400)
      expect(response.headers.get('www-authenticate')).toMatch(/error="invalid_request"/)
    },
  )

  test('names the scope that a token lacks', async () => {
    const { url } = await startResource()
    const { access } = await login(url, 'contacts.write')
    const response = await get(`${url}/contacts`, access)
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toMatch(/error="insufficient_scope".*scope="contacts\.read"/)
  })

  test('with checkRevocation ends with the grant, and without it with the token', async () => {
    const { url, oauth } = await startResource()
    const { access } = await login(url)
    expect((await get(`${url}/living`, access)).status).toBe(200)
    await oauth.grants.revokeAll('alice')
    expect((await get(`${url}/living`, access)).status).toBe(401)
    expect((await get(`${url}/contacts`, access)).status).toBe(200)
  })

  test('refuses a token in two places, and one in the query string beside it, with 400', async () => {
    const { url } = await startResource()
    const { access } = await login(url)
    const twice = await fetch(`${url}/contacts?access_token=${access}`, {
      headers: { authorization: `Bearer ${access}` },
    })
    expect([twice.status, twice.headers.get('www-authenticate')]).toEqual([
      400,
      'Bearer realm="oauth", error="invalid_request", error_description="There is more than one access token"',
    ])
    expect(await rawStatus(url, `Authorization: Bearer ${access}\r\nauthorization: Bearer ${access}\r\n`)).toBe(400)
    expect(await rawStatus(url, `Authorization: Bearer ${access}\r\n`)).toBe(200)
  })

  test('with maxAge wants a login that is recent (RFC 9470)', async () => {
    const { url } = await startTokenServer(
      {},
      {
        after: (app, oauth) => {
          app.get('/pay', oauth.requireAccessToken('contacts.read', { maxAge: 1 }), (_request, response) => {
            response.json('paid')
          })
        },
      },
    )
    const { access, refresh } = await login(url)
    expect((await get(`${url}/pay`, access)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    const stale = await get(`${url}/pay`, access)
    expect(stale.status).toBe(401)
    expect(stale.headers.get('www-authenticate')).toBe(
      'Bearer realm="oauth", error="insufficient_user_authentication", error_description="The user must give the password anew", max_age="1"',
    )
    const { body } = await requestToken(url, { grant_type: 'refresh_token', refresh_token: refresh }, credentials)
    expect((await get(`${url}/pay`, String(body['access_token']))).status).toBe(401)
    expect((await get(`${url}/pay`, (await login(url)).access)).status).toBe(200)
  })

  test('takes a token without auth_time for one of a login long ago', async () => {
    const { url } = await startTokenServer(
      {},
      {
        after: (app, oauth) => {
          app.get('/pay', oauth.requireAccessToken(undefined, { maxAge: '1h' }), (_request, response) => {
            response.json('paid')
          })
        },
      },
    )
    expect((await get(`${url}/pay`, await forged(url, good))).status).toBe(401)
    expect((await get(`${url}/pay`, await forged(url, { ...good, auth_time: now }))).status).toBe(200)
  })
})

/** The status of a request with these header lines, which fetch would put together. */
async function rawStatus(url: string, headers: string): Promise<number> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.end(`GET /contacts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`)
  return Number(/^HTTP\/1.1 (\d+)/.exec(await text(socket))?.[1])
}

test('A scope that a route requires and the option scopes does not list throws at start-up, also if there is no option scopes.', async () => {
  for (const scopes of [['contacts.write'], undefined]) {
    const { oauth } = await startTokenServer({ scopes, defaultScope: undefined })
    expect(() => oauth.requireAccessToken('contacts.read')).toThrow(
      /^scope "contacts\.read" .*no token could ever have it/,
    )
  }
})

test('A request that was made by hand needs no more than its headers.', async () => {
  const { url, oauth } = await startTokenServer()
  const { access } = await login(url)
  const request = { headers: { authorization: `Bearer ${access}` }, socket: {} } as unknown as IncomingMessage // as a test makes it
  expect((await oauth.checkAccessToken(request, 'contacts.read')).sub).toBe('alice')
})
