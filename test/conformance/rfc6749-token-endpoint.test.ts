import { request } from 'node:http'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const credentials = basic(webBackend)
const loginText = new URLSearchParams(login).toString()

describe('RFC 6749 section 3.2: the client MUST use the HTTP POST method', () => {
  test.for(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s: 405 with Allow: POST', async (method) => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token`, { method, headers: credentials })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('HEAD: 405 with Allow: POST and no body', async () => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token`, { method: 'HEAD', headers: credentials })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await response.text()).toBe('')
  })

  test('PUT with a good form issues nothing', async () => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token`, {
      method: 'PUT',
      headers: credentials,
      body: new URLSearchParams(login),
    })
    expect(response.status).toBe(405)
    expect(await response.text()).not.toContain('access_token')
  })
})

describe('RFC 6749 section 3.2: parameters sent without a value MUST be treated as if they were omitted', () => {
  test('an empty scope is no scope', async () => {
    const { url } = await startTokenServer({ defaultScope: ['contacts.read'] })
    const { status, body } = await requestToken(url, { ...login, scope: '' }, credentials)
    expect([status, body['scope']]).toEqual([200, 'contacts.read'])
  })

  test.for(['grant_type', 'username', 'password'])('an empty %s is a missing one', async (name) => {
    const { url } = await startTokenServer()
    const { [name as keyof typeof login]: _, ...without } = login
    const empty = await requestToken(url, { ...login, [name]: '' }, credentials)
    const missing = await requestToken(url, without, credentials)
    expect(empty.status).toBe(400)
    expect(empty.body['error']).toBe('invalid_request')
    expect(empty.body).toEqual(missing.body)
  })

  test('a name without an equals sign has no value either', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, `${loginText}&scope`, credentials)).status).toBe(200)
    expect((await requestToken(url, `${loginText}&scope&scope=contacts.read`, credentials)).status).toBe(400)
  })

  test('an empty password reaches no password check', async () => {
    let asked = 0
    const { url } = await startTokenServer({
      authenticateUser: () => {
        asked += 1
        return { id: 'alice' }
      },
    })
    await requestToken(url, { ...login, password: '' }, credentials)
    expect(asked).toBe(0)
  })
})

describe('RFC 6749 section 3.2: the authorization server MUST ignore unrecognized request parameters', () => {
  test.for([
    { audience: 'https://elsewhere.example' },
    { code: '' },
    { code: 'abc' },
    { state: 'xyz', resource: 'https://elsewhere.example' },
    { __proto__x: '1', constructor: 'a', toString: 'b', hasOwnProperty: 'c' },
    { 'username[$ne]': 'x', 'password[$gt]': '' },
  ] as Record<string, string>[])('%o', async (unknown) => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, ...unknown }, credentials)
    expect(status).toBe(200)
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ sub: 'alice', aud: 'http://127.0.0.1/contacts' })
  })

  test('__proto__ is one of them', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, `${loginText}&__proto__=x&__proto__[username]=bob`, credentials)).status).toBe(200)
  })
})

describe('RFC 6749 section 3.2: request parameters MUST NOT be included more than once', () => {
  test.for([
    'grant_type=password',
    'username=alice',
    'username=bob',
    'password=x',
    'scope=a&scope=b',
    'scope=&scope=',
    'username=',
    'client_id=web-backend&client_id=web-backend',
  ])('%s again: invalid_request', async (again) => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, `${loginText}&${again}`, credentials)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('nor under two spellings of one name', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, `${loginText}&user%6eame=bob`, credentials)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })
})

describe('RFC 6749 section 4.3.2: the client adds its parameters to the request entity-body', () => {
  test.for([...Object.keys(login), 'scope', 'refresh_token', 'client_id', 'client_secret', 'user%6eame'])(
    '%s in the query string: invalid_request',
    async (name) => {
      const { url } = await startTokenServer()
      const response = await fetch(`${url}/token?${name}=x`, {
        method: 'POST',
        headers: credentials,
        body: new URLSearchParams(login),
      })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: 'invalid_request' })
    },
  )

  test('a whole request in the query string: invalid_request', async () => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token?${loginText}`, {
      method: 'POST',
      headers: { ...credentials, 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('what else stands in the query string is nothing of ours', async () => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token?trace=1`, {
      method: 'POST',
      headers: credentials,
      body: new URLSearchParams(login),
    })
    expect(response.status).toBe(200)
  })
})

describe('RFC 6749 section 4.3.2 and appendix B: by the application/x-www-form-urlencoded format', () => {
  test.for([
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded; charset=UTF-8',
    'application/x-www-form-urlencoded;charset="utf-8"',
    'APPLICATION/X-WWW-Form-Urlencoded',
  ])('%s is it', async (type) => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, login, { ...credentials, 'content-type': type })).status).toBe(200)
  })

  test.for([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/x-www-form-urlencodedx',
    'application/x-www-form-urlencoded; charset=iso-8859-1',
  ])('%s is another: 415', async (type) => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, loginText, { ...credentials, 'content-type': type })
    expect([status, body['error']]).toEqual([415, 'invalid_request'])
  })

  test('a request without a body or a content type is refused as JSON', async () => {
    const { url } = await startTokenServer()
    const response = await fetch(`${url}/token`, { method: 'POST', headers: credentials })
    expect([400, 415]).toContain(response.status)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('a body of more than 16 KiB is refused: 413', async () => {
    const { url } = await startTokenServer()
    const { status, body } = await requestToken(url, { ...login, padding: 'x'.repeat(16_384) }, credentials)
    expect([status, body['error']]).toEqual([413, 'invalid_request'])
  })

  test('a body of more than 16 KiB that does not say its length is refused: 413', async () => {
    const { url } = await startTokenServer()
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        `${url}/token`,
        {
          method: 'POST',
          headers: {
            ...credentials,
            'content-type': 'application/x-www-form-urlencoded',
            'transfer-encoding': 'chunked',
          },
        },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
      sent.once('error', reject)
      sent.write(loginText)
      sent.end(`&padding=${'x'.repeat(16_384)}`)
    })
    expect(status).toBe(413)
  })

  test('names and values are UTF-8', async () => {
    const { url } = await startTokenServer({ authenticateUser: (username) => ({ id: username }) })
    const { body } = await requestToken(url, 'grant_type=password&username=%C3%BC+%F0%9F%A6%8A&password=x', credentials)
    expect(decodeJwt(String(body['access_token'])).sub).toBe('ü 🦊')
  })

  test('bytes of UTF-8 that were not percent-encoded are taken', async () => {
    const { url } = await startTokenServer({ authenticateUser: (username) => ({ id: username }) })
    const { body } = await requestToken(url, 'grant_type=password&username=ü🦊&password=x', credentials)
    expect(decodeJwt(String(body['access_token'])).sub).toBe('ü🦊')
  })

  test.for([
    ['latin-1', 'username=%FC'],
    ['an overlong form', 'username=%C0%AF'],
    ['half of a surrogate pair', 'username=%ED%A0%BD'],
    ['a cut sequence', 'username=%F0%9F%A6'],
    ['a percent sign alone', 'username=100%'],
    ['a percent sign before what is not hexadecimal', 'username=%zz'],
  ])('what is not UTF-8 or not encoded is refused: %s', async ([, username]) => {
    const { url } = await startTokenServer({ authenticateUser: (name) => ({ id: name }) })
    const { status, body } = await requestToken(url, `grant_type=password&${username}&password=x`, credentials)
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  test('raw bytes that are not UTF-8 are refused', async () => {
    const { url } = await startTokenServer({ authenticateUser: (name) => ({ id: name }) })
    const response = await fetch(`${url}/token`, {
      method: 'POST',
      headers: { ...credentials, 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from('grant_type=password&username=\xfc&password=x', 'latin1'),
    })
    expect(response.status).toBe(400)
  })
})

describe('RFC 6749 appendix A.15 and A.16: username and password = *UNICODECHARNOCRLF', () => {
  test.for(['\0', '\b', '\n', '\r', '\r\n', '\u001f', '\u007f'])('%j in either: invalid_request', async (control) => {
    const { url } = await startTokenServer({ authenticateUser: (name) => ({ id: name }) })
    const name = await requestToken(url, { ...login, username: `al${control}ice` }, credentials)
    const word = await requestToken(url, { ...login, password: `pass${control}word` }, credentials)
    expect([name.status, name.body['error']]).toEqual([400, 'invalid_request'])
    expect([word.status, word.body['error']]).toEqual([400, 'invalid_request'])
  })

  test('a tab, U+0085 and every other character is taken', async () => {
    const all = 'a\tb\u0085c\u2028d\u{10ffff}'
    const seen: string[] = []
    const { url } = await startTokenServer({
      authenticateUser: (...given) => {
        seen.push(given[0], given[1])
        return { id: 'alice' }
      },
    })
    expect((await requestToken(url, { ...login, username: all, password: all }, credentials)).status).toBe(200)
    expect(seen).toEqual([all, all])
  })
})
