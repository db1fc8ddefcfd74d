import { connect } from 'node:net'
import { json, raw, text, urlencoded } from 'express'
import express4 from 'express4'
import { describe, expect, test } from 'vitest'
import { alice, basic, postForm, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const form = new URLSearchParams(login).toString()

/** Sends bytes as they are and answers all that comes back. */
function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => {
      resolve(answer)
    })
    socket.on('error', reject)
    socket.write(bytes)
  })
}

function rawRequest(body: string | Buffer, headers: Record<string, string> = {}): Buffer {
  const all = {
    Host: 'localhost',
    Connection: 'close',
    'Content-Type': 'application/x-www-form-urlencoded',
    Authorization: basic(webBackend).authorization,
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`POST /token HTTP/1.1\r\n${head.join('')}\r\n`), Buffer.from(body)])
}

describe.each([5, 4] as const)('requests in an Express %i app', (express) => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s with 405 and Allow', async (method) => {
    const { url } = await startTokenServer({}, { express })
    const response = await fetch(`${url}/token`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test.each([
    ['application/json', JSON.stringify(login)],
    ['text/plain', form],
    [
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="grant_type"\r\n\r\npassword\r\n--x--',
    ],
    ['application/x-www-form-urlencoded; charset=iso-8859-1', form],
    ['application/x-www-form-urlencodedish', form],
  ])('refuses a body of %s with 415', async (contentType, body) => {
    const { url } = await startTokenServer({}, { express })
    const answer = await requestToken(url, body, { ...basic(webBackend), 'content-type': contentType })
    expect([answer.status, answer.body['error']]).toEqual([415, 'invalid_request'])
  })

  test.each(['application/x-www-form-urlencoded; charset=UTF-8', 'Application/X-WWW-Form-Urlencoded;charset="utf-8"'])(
    'takes a body of %s',
    async (contentType) => {
      const { url } = await startTokenServer({}, { express })
      expect((await requestToken(url, form, { ...basic(webBackend), 'content-type': contentType })).status).toBe(200)
    },
  )

  test('says that grant_type is missing where there is no body', async () => {
    const { url } = await startTokenServer({}, { express })
    const answer = await requestToken(url, '', basic(webBackend))
    expect(answer.body).toEqual({ error: 'invalid_request', error_description: 'grant_type is missing' })
  })

  test.each(['username', 'password', 'grant_type', 'scope', 'client_id', 'unknown', '__proto__'])(
    'refuses a repeated %s, the same or another value',
    async (name) => {
      const authenticated: string[] = []
      const authenticateUser = (username: string) => {
        authenticated.push(username)
        return { id: username }
      }
      const { url } = await startTokenServer({ authenticateUser }, { express })
      const pair = `${name}=${name === 'scope' ? 'contacts.read' : 'alice'}`
      const answer = await requestToken(url, `${form}&${pair}&${pair}`, basic(webBackend))
      expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request'])
      expect(authenticated).toEqual([])
    },
  )

  test.each(['username[$ne]=x', 'username[]=alice', 'password[$gt]=', 'username[constructor][prototype]=x'])(
    'never hands %s to the application as an object, whatever parser ran before',
    async (parameter) => {
      for (const before of [
        undefined,
        express === 4 ? express4.urlencoded({ extended: true }) : urlencoded({ extended: true }),
        express === 4 ? express4.urlencoded({ extended: false }) : urlencoded({ extended: false }),
      ]) {
        const seen: unknown[] = []
        const authenticateUser = (...credentials: [string, string, unknown]) => {
          seen.push(...credentials.slice(0, 2))
          return undefined
        }
        const { url } = await startTokenServer(
          { authenticateUser },
          {
            express,
            before: (app) => {
              if (before !== undefined) app.use(before)
            },
          },
        )
        const answer = await requestToken(url, `grant_type=password&password=x&${parameter}`, basic(webBackend))
        expect(answer.status).toBe(400)
        expect(seen.filter((value) => typeof value !== 'string')).toEqual([])
      }
    },
  )

  test.each([
    'grant_type=password',
    'username=alice',
    'password=x',
    'client_id=web-backend',
    'audience=other',
    'scope=a',
  ])('refuses %s in the query string', async (query) => {
    const { url } = await startTokenServer({}, { express })
    const answer = await postForm(`${url}/token?${query}`, login, basic(webBackend))
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request'])
  })

  test('lets a query string of other things be', async () => {
    const { url } = await startTokenServer({}, { express })
    expect((await postForm(`${url}/token?tenant=1`, login, basic(webBackend))).status).toBe(200)
  })

  test.each([
    'pässwörd with ümläuts',
    '🔑🐎🔋📎',
    '100% & more + = ?#/',
    '%41%zz',
    ' leading and trailing ',
    'a+b',
    'tab\tinside',
    'x'.repeat(4096),
  ])('hands the password %j to the application as it was typed', async (password) => {
    const seen: string[] = []
    const authenticateUser = (username: string, given: string) => {
      seen.push(given)
      return { id: username }
    }
    const { url } = await startTokenServer({ authenticateUser }, { express })
    const answer = await requestToken(url, { ...login, password }, basic(webBackend))
    expect([answer.status, seen]).toEqual([200, [password]])
  })

  test('takes UTF-8 that was not percent-encoded', async () => {
    const seen: string[] = []
    const authenticateUser = (username: string, given: string) => {
      seen.push(given)
      return { id: username }
    }
    const { url } = await startTokenServer({ authenticateUser }, { express })
    await exchange(url, rawRequest('grant_type=password&username=alice&password=pässwörd 🔑'))
    expect(seen).toEqual(['pässwörd 🔑'])
  })

  test.each([
    ['a byte that is not UTF-8', 'password=%FF'],
    ['half a character', 'password=%F0%9F%98'],
    ['a surrogate', 'password=%ED%A0%80'],
    ['an overlong encoding', 'password=%C0%AF'],
    ['a percent sign without its digits', 'password=100%'],
    ['a percent sign with other letters', 'password=%zz'],
    ['a NUL', 'password=a%00b'],
    ['a line feed', 'password=a%0Ab'],
    ['a raw byte that is not UTF-8', Buffer.from([...Buffer.from('password='), 0xff])],
  ])('refuses %s', async (_what, parameter) => {
    const { url } = await startTokenServer({}, { express })
    const body = Buffer.concat([Buffer.from('grant_type=password&username=alice&'), Buffer.from(parameter)])
    const answer = await exchange(url, rawRequest(body))
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"error":"invalid_request"')
  })

  test('refuses a password that is too long before anything hashes it', async () => {
    const seen: string[] = []
    const authenticateUser = (username: string) => {
      seen.push(username)
      return undefined
    }
    const { url } = await startTokenServer({ authenticateUser }, { express })
    const answer = await requestToken(url, { ...login, password: 'ü'.repeat(2049) }, basic(webBackend))
    expect([answer.status, answer.body['error'], seen]).toEqual([400, 'invalid_request', []])
  })

  test.each(['with', 'without'])(
    'refuses a body that is too large, %s Content-Length, and closes the connection',
    async (how) => {
      const { url } = await startTokenServer({}, { express })
      const body = `${form}&padding=${'x'.repeat(20_000)}`
      const request =
        how === 'with'
          ? rawRequest(body, { Connection: 'keep-alive' })
          : Buffer.from(
              `POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`,
            )
      const answer = await exchange(url, request)
      expect(answer).toMatch(/^HTTP\/1\.1 413 /)
      expect(answer).toContain('"error":"invalid_request"')
    },
  )

  test('refuses a compressed body', async () => {
    const { url } = await startTokenServer({}, { express })
    const answer = await exchange(url, rawRequest(form, { 'Content-Encoding': 'gzip' }))
    expect(answer).toMatch(/^HTTP\/1\.1 415 /)
  })

  test('goes on serving after a request that is cut off in its body', async () => {
    const errors: unknown[] = []
    const { url } = await startTokenServer({ onError: (error) => errors.push(error) }, { express })
    const { hostname, port } = new URL(url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(rawRequest(form, { 'Content-Length': '5000' }), () => {
          socket.destroy()
          resolve()
        })
      })
    })
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect(errors).toEqual([])
  })

  test.each([
    [
      'urlencoded, extended',
      () => (express === 4 ? express4.urlencoded({ extended: true }) : urlencoded({ extended: true })),
    ],
    ['urlencoded', () => (express === 4 ? express4.urlencoded({ extended: false }) : urlencoded())],
    ['json', () => (express === 4 ? express4.json() : json())],
    ['text', () => (express === 4 ? express4.text({ type: '*/*' }) : text({ type: '*/*' }))],
    ['raw', () => (express === 4 ? express4.raw({ type: '*/*' }) : raw({ type: '*/*' }))],
  ])('works after the application has mounted a parser: %s', async (_name, parser) => {
    const { url } = await startTokenServer({}, { express, before: (app) => app.use(parser()) })
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    const repeated = await requestToken(url, `${form}&username=bob`, basic(webBackend))
    expect([repeated.status, repeated.body['error']]).toEqual([400, 'invalid_request'])
    const empty = await requestToken(url, '', basic(webBackend))
    expect([empty.status, empty.body['error']]).toEqual([400, 'invalid_request'])
    const mangled = await requestToken(url, 'grant_type=password&username=alice&password=%FF', basic(webBackend))
    expect(mangled.body['error']).not.toBe('server_error')
    expect(mangled.status).toBe(400)
  })

  test('works under a prefix, with a slash at its end, and leaves other routes and other bodies alone', async () => {
    const { url } = await startTokenServer(
      {},
      {
        express,
        mount: '/oauth',
        after: (app) => {
          app.post('/token', (_request, response) => response.send('the application'))
          app.use('/oauth/other', (_request, response) => response.send('the application'))
        },
      },
    )
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect((await postForm(`${url}/token/`, login, basic(webBackend))).status).toBe(200)
    const other = await fetch(`${url}/other`)
    expect(await other.text()).toBe('the application')
    expect(other.headers.get('cache-control')).toBeNull()
    expect(other.headers.get('content-security-policy')).toBeNull()
    expect(await (await fetch(url.replace('/oauth', '/token'), { method: 'POST' })).text()).toBe('the application')
  })

  test('leaves nothing of its own on the request of the application', async () => {
    const left: unknown[] = []
    const { url } = await startTokenServer(
      {},
      {
        express,
        before: (app) =>
          app.use((request, response, next) => {
            const names = new Set(Object.getOwnPropertyNames(request))
            response.on('finish', () => {
              left.push(...Object.getOwnPropertyNames(request).filter((name) => !names.has(name)))
              left.push(request.body)
            })
            next()
          }),
      },
    )
    await requestToken(url, login, basic(webBackend))
    expect(
      left.filter((name) => ['user', 'session', 'authInfo', 'login', 'logIn', 'body'].includes(String(name))),
    ).toEqual([])
    expect(JSON.stringify(left)).not.toContain(alice.password)
  })
})
