import { describe, expect, test } from 'vitest'
import {
  alice,
  basic,
  nativeApp,
  otherBackend,
  requestToken,
  startTokenServer,
  testOptions,
  webBackend,
} from '../start-server.js'
import { oauthPasswordGrant } from '../../lib/index.js'

const login = { grant_type: 'password', ...alice }
const inBody = { client_id: webBackend.id, client_secret: webBackend.secret }

/** A Basic header of exactly this text. */
function rawBasic(userPass: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(userPass).toString('base64')}` }
}

describe('RFC 6749 section 2.3: the client MUST NOT use more than one authentication method in each request', () => {
  test.for([
    ['the same credentials twice', inBody],
    ['the secret a second time', { client_secret: webBackend.secret }],
    ['the credentials of another client', { client_id: otherBackend.id, client_secret: otherBackend.secret }],
    ['a wrong secret', { client_id: webBackend.id, client_secret: 'wrong' }],
  ] as const)('Basic and, in the body, %s: invalid_request', async ([, besides]) => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, ...besides }, basic(webBackend))
    expect(status).toBe(400)
    expect(body['error']).toBe('invalid_request')
  })

  test('the id of the header is never combined with the secret of the body', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(
      url,
      { ...login, client_secret: webBackend.secret },
      rawBasic(`${webBackend.id}:`),
    )
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('another scheme in the header and credentials in the body: invalid_request', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, ...inBody }, { authorization: 'Bearer abc' })
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('Basic and the same client_id in the body is one method', async () => {
    const { url } = await startTokenServer()
    const { status } = await requestToken(url, { ...login, client_id: webBackend.id }, basic(webBackend))
    expect(status).toBe(200)
  })

  test('Basic and the client_id of another client in the body: invalid_request', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, client_id: otherBackend.id }, basic(webBackend))
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('Basic and an empty client_secret in the body is one method, for a parameter without a value is absent', async () => {
    const { url } = await startTokenServer()
    const { status } = await requestToken(url, { ...login, client_secret: '' }, basic(webBackend))
    expect(status).toBe(200)
  })
})

describe('RFC 6749 section 2.3.1: the server MUST support HTTP Basic for clients that were issued a password', () => {
  test('a client logs in by Basic', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
  })
})

describe('RFC 6749 section 2.3.1: id and password are encoded using application/x-www-form-urlencoded', () => {
  test.for([
    [
      'every character encoded',
      { id: 'web-backend', secret: 'a-secret.with_all~the!marks*of(32)bytes' },
      percentEncoded,
    ],
    ['a space as +', { id: 'web backend', secret: 'a secret of several words and 32 bytes' }, formEncoded],
    ['a space as %20', { id: 'web backend', secret: 'a secret of several words and 32 bytes' }, encodeURIComponent],
    ['a colon in the id', { id: 'https://client.example:8443', secret: webBackend.secret }, formEncoded],
    ['a plus sign', { id: 'web+backend', secret: 'plus+signs+among+unreserved+characters' }, formEncoded],
    ['a percent sign', { id: '100%', secret: 'literally%41%42%43-and-more-to-32-bytes' }, formEncoded],
    ['lower case triplets', { id: 'web/backend', secret: 'a/secret/with/slashes/and/at/least/32' }, lowerCase],
  ] as const)('%s', async ([, client, encoded]) => {
    const { url } = await startTokenServer({ clients: [client] })
    const { status } = await requestToken(url, login, rawBasic(`${encoded(client.id)}:${encoded(client.secret)}`))
    expect(status).toBe(200)
  })

  test.for([
    ['base64 with +, / and =', 'q83v+Zk0/d3rQx7+4mJ1pT8w/VbN2sLcYh6+uE9gKaI='],
    ['a percent sign that starts no triplet', '100% of a secret that has 32 bytes or more'],
    ['triplets that are not UTF-8', 'a-secret-with-%FF%FE-and-at-least-32-bytes'],
    ['colons', 'a:secret:with:colons:of:at:least:32:bytes'],
    ['a plus sign beside a space', 'one + one is two, in 32 bytes and more'],
  ] as const)('a client that did not encode is understood where that is unambiguous: %s', async ([, secret]) => {
    const { url } = await startTokenServer({ clients: [{ id: 'web-backend', secret }] })
    expect((await requestToken(url, login, rawBasic(`web-backend:${secret}`))).status).toBe(200)
  })

  test.for([
    ['+ among unreserved characters is a space', 'plus+signs+among+unreserved+characters'],
    ['a triplet is the byte that it names', 'literally%41%42%43-and-more-to-32-bytes'],
  ] as const)('a client that did not encode is held to the encoding otherwise: %s', async ([, secret]) => {
    const { url } = await startTokenServer({ clients: [{ id: 'web-backend', secret }] })
    const { status, body } = await requestToken(url, login, rawBasic(`web-backend:${secret}`))
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
  })
})

describe('RFC 6749 section 2.3.1: the server MAY support client credentials in the request body', () => {
  test('client_id and client_secret', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, { ...login, ...inBody })).status).toBe(200)
  })

  test.for([
    'plus+signs+among+unreserved+characters',
    'literally%41%42%43-and-more-to-32-bytes',
    '100% & = / ? of a 32-byte secret',
  ])('are encoded once, as the body is: %s', async (secret) => {
    const { url } = await startTokenServer({ clients: [{ id: 'web-backend', secret }] })
    const { status } = await requestToken(url, { ...login, client_id: 'web-backend', client_secret: secret })
    expect(status).toBe(200)
  })

  test('the parameters MUST NOT be included in the request URI', async () => {
    const { url } = await startTokenServer()
    for (const query of [`client_id=${webBackend.id}`, `client_secret=${webBackend.secret}`]) {
      const response = await fetch(`${url}/token?${query}`, {
        method: 'POST',
        headers: basic(webBackend),
        body: new URLSearchParams(login),
      })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: 'invalid_request' })
    }
  })
})

describe('RFC 6749 section 2.3.1: the server MUST protect any endpoint utilizing a password against brute force', () => {
  test('guesses of a client secret from one address are refused in the end, with Retry-After', async () => {
    const { url } = await startTokenServer({ limits: { clientAddress: { limit: 5, window: '1m' } } })
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess += 1) {
      statuses.push((await requestToken(url, login, basic({ id: webBackend.id, secret: `guess ${guess}` }))).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    const { headers, body } = await requestToken(url, login, basic({ id: webBackend.id, secret: 'guess' }))
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(body['error']).toBe('temporarily_unavailable')
  })
})

describe('RFC 6749 section 3.2.1: confidential clients MUST authenticate with the authorization server', () => {
  test.for([
    ['no credentials', {}, {}],
    ['its id alone, in the body', { client_id: webBackend.id }, {}],
    ['its id and an empty secret, in the body', { client_id: webBackend.id, client_secret: '' }, {}],
    ['its id and an empty secret, by Basic', {}, rawBasic(`${webBackend.id}:`)],
    ['a wrong secret, in the body', { client_id: webBackend.id, client_secret: 'wrong' }, {}],
    ['a wrong secret, by Basic', {}, rawBasic(`${webBackend.id}:wrong`)],
    ['the secret of another client', { client_id: webBackend.id, client_secret: otherBackend.secret }, {}],
    ['a secret without an id', { client_secret: webBackend.secret }, {}],
    ['an unknown id', {}, rawBasic(`nobody:${webBackend.secret}`)],
  ] as const)('%s: invalid_client', async ([, form, headers]) => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, ...form }, { ...headers })
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
  })

  test('a client is not public for want of a secret in its registration', async () => {
    const forgetful = { id: 'forgetful' }
    const { url } = await startTokenServer({
      clients: (id) => (id === forgetful.id ? forgetful : null),
      onError: () => undefined,
    })
    const { status, body } = await requestToken(url, { ...login, client_id: 'forgetful' })
    expect(status).not.toBe(200)
    expect(body).not.toHaveProperty('access_token')
  })

  test('a public client identifies itself by client_id', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, { ...login, client_id: nativeApp.id })).status).toBe(200)
  })

  test('or by Basic, where there is no secret after the colon', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, login, rawBasic(`${nativeApp.id}:`))).status).toBe(200)
  })

  test('a public client that sends a secret is mistaken about itself: invalid_client', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, client_id: nativeApp.id, client_secret: 'something' })
    expect([status, body['error']]).toEqual([401, 'invalid_client'])
  })
})

describe('RFC 6749 appendix A.1 and A.2: client_id = *VSCHAR, client_secret = *VSCHAR', () => {
  test.for([
    ['an id', { id: 'bücher', secret: webBackend.secret }],
    ['an id with a control character', { id: 'web\tbackend', secret: webBackend.secret }],
    ['a secret', { id: 'web-backend', secret: 'ein Geheimnis mit Umlauten: äöü, 32 Bytes' }],
  ] as const)('%s outside of it is refused at start-up', ([, client]) => {
    expect(() => oauthPasswordGrant(testOptions({ clients: [client] }))).toThrow(TypeError)
  })

  test.for(['bücher', 'web\u0000backend', '🦊', 'web\nbackend'])(
    'an id outside of it reaches no look-up: %j',
    async (id) => {
      const asked: string[] = []
      const { url } = await startTokenServer({
        clients: (wanted) => {
          asked.push(wanted)
          return null
        },
      })
      const byBody = await requestToken(url, { ...login, client_id: id, client_secret: webBackend.secret })
      const byBasic = await requestToken(url, login, rawBasic(`${id}:${webBackend.secret}`))
      expect([400, 401]).toContain(byBody.status)
      expect(byBasic.status).toBe(401)
      expect(asked).toEqual([])
    },
  )
})

function formEncoded(text: string): string {
  return new URLSearchParams({ text }).toString().slice('text='.length)
}

function percentEncoded(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

function lowerCase(text: string): string {
  return encodeURIComponent(text).toLowerCase()
}
