import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { ClientRegistration } from '../../lib/index.js'
import { alice, basic, nativeApp, otherBackend, requestToken, startTokenServer, webBackend } from '../start-server.js'

const login = { grant_type: 'password', ...alice }
const inBody = { client_id: webBackend.id, client_secret: webBackend.secret }

function authorization(value: string): { authorization: string } {
  return { authorization: value }
}

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64')
}

describe('a client authenticates', () => {
  test('by HTTP Basic or in the body', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect((await requestToken(url, { ...login, ...inBody })).status).toBe(200)
  })

  test('with client_id beside Basic if it says the same, and with an empty client_secret, which counts as absent', async () => {
    const { url } = await startTokenServer()
    const answer = await requestToken(url, { ...login, client_id: webBackend.id, client_secret: '' }, basic(webBackend))
    expect(answer.status).toBe(200)
  })

  test('with any of several secrets that are valid at once', async () => {
    const secrets = [`${webBackend.secret}-old`, `${webBackend.secret}-new`]
    const { url } = await startTokenServer({ clients: [{ id: 'rotating', secret: secrets }] })
    for (const secret of secrets) {
      expect((await requestToken(url, login, basic({ id: 'rotating', secret }))).status).toBe(200)
    }
    expect((await requestToken(url, login, basic({ id: 'rotating', secret: webBackend.secret }))).status).toBe(401)
  })

  test.each(['hex', 'base64url'] as const)('against the SHA-256 of its secret as %s', async (encoding) => {
    const sha256 = createHash('sha256').update(webBackend.secret).digest(encoding)
    const { url } = await startTokenServer({ clients: [{ id: webBackend.id, secret: { sha256 } }] })
    expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
    expect((await requestToken(url, login, basic({ id: webBackend.id, secret: sha256 }))).status).toBe(401)
  })

  test('when a function finds it, at once or later', async () => {
    for (const found of [webBackend, Promise.resolve(webBackend)]) {
      const { url } = await startTokenServer({ clients: (id) => (id === webBackend.id ? found : undefined) })
      expect((await requestToken(url, login, basic(webBackend))).status).toBe(200)
      expect((await requestToken(url, login, basic(otherBackend))).status).toBe(401)
    }
  })

  test('when it is public, by its id alone', async () => {
    const { url } = await startTokenServer()
    expect((await requestToken(url, { ...login, client_id: nativeApp.id })).status).toBe(200)
    expect((await requestToken(url, login, basic({ id: nativeApp.id, secret: '' }))).status).toBe(200)
  })

  test('with a secret that has colons', async () => {
    const client = { id: 'colons', secret: 'secret:with:colons:and:thirty-two:bytes' }
    const { url } = await startTokenServer({ clients: [client] })
    expect((await requestToken(url, login, basic(client))).status).toBe(200)
    const cut = { id: 'colons', secret: 'secret' }
    expect((await requestToken(url, login, basic(cut))).status).toBe(401)
  })

  test.each(['basic', 'BASIC', 'bAsIc'])('with the scheme spelt %s', async (scheme) => {
    const { url } = await startTokenServer()
    const header = basic(webBackend).authorization.replace('Basic', scheme)
    expect((await requestToken(url, login, authorization(header))).status).toBe(200)
  })

  test('with credentials that are UTF-8', async () => {
    const secret = 'gëheim-gëheim-gëheim-gëheim-32-bytes'
    const sha256 = createHash('sha256').update(secret).digest('hex')
    const { url } = await startTokenServer({ clients: [{ id: 'web-backend', secret: { sha256 } }] })
    expect((await requestToken(url, login, basic({ id: 'web-backend', secret }))).status).toBe(200)
    const latin1 = base64(Buffer.from(`web-backend:${secret}`, 'latin1'))
    expect((await requestToken(url, login, authorization(`Basic ${latin1}`))).status).toBe(401)
  })
})

describe('a client is refused as invalid_client, 401, with a challenge', () => {
  const wrong: readonly [string, Record<string, string>, Record<string, string>][] = [
    ['with a wrong secret by Basic', {}, basic({ ...webBackend, secret: 'wrong' })],
    ['with a wrong secret in the body', { ...inBody, client_secret: 'wrong' }, {}],
    ['that is unknown by Basic', {}, basic({ id: 'unknown', secret: webBackend.secret })],
    ['that is unknown in the body', { ...inBody, client_id: 'unknown' }, {}],
    ['that is confidential and sends no secret', { client_id: webBackend.id }, {}],
    ['that is confidential and sends an empty secret', { ...inBody, client_secret: '' }, {}],
    ['that is confidential and sends an empty secret by Basic', {}, basic({ ...webBackend, secret: '' })],
    ['that is public and sends a secret', { client_id: nativeApp.id, client_secret: 'anything' }, {}],
    ['that does not say who it is', {}, {}],
    ['with the secret of another', {}, basic({ id: webBackend.id, secret: otherBackend.secret })],
    ['with a secret and no id', { client_secret: webBackend.secret }, {}],
    ['with the prefix of its secret', {}, basic({ ...webBackend, secret: webBackend.secret.slice(0, -1) })],
    ['with its id in other case', {}, basic({ ...webBackend, id: 'Web-Backend' })],
    ['with a Bearer token', {}, authorization('Bearer abc')],
    ['with a scheme that only contains Basic', {}, authorization(`NotBasicAtAll ${base64('web-backend:x')}`)],
    ['with Basic and nothing', {}, authorization('Basic')],
    ['with Basic that is not base64', {}, authorization('Basic !!!!')],
    ['with Basic without a colon', {}, authorization(`Basic ${base64('web-backend')}`)],
    ['with Basic that is not UTF-8', {}, authorization(`Basic ${base64(Buffer.from([0xff, 0x3a, 0xff]))}`)],
    ['with a NUL in its id', {}, authorization(`Basic ${base64('web\0backend:x')}`)],
  ]

  test.each(wrong)('%s', async (_how, parameters, headers) => {
    const { url } = await startTokenServer()
    const answer = await requestToken(url, { ...login, ...parameters }, headers)
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ error: 'invalid_client', error_description: 'Client authentication failed' })
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="oauth", charset="UTF-8"')
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('and never reaches a look-up with an id that no client can have', async () => {
    const asked: string[] = []
    const clients = (id: string): ClientRegistration | undefined => {
      asked.push(id)
      return undefined
    }
    const { url } = await startTokenServer({ clients })
    await requestToken(url, { ...login, client_id: 'a\0b', client_secret: 'x' })
    await requestToken(url, { ...login, client_id: 'ünknown', client_secret: 'x' })
    expect(asked).toEqual([])
  })

  test('when a look-up without case finds another one', async () => {
    const { url } = await startTokenServer({ clients: () => webBackend })
    expect((await requestToken(url, login, basic({ ...webBackend, id: 'WEB-BACKEND' }))).status).toBe(401)
  })
})

describe('a request with credentials in two ways is invalid_request', () => {
  test.each([
    ['right both', inBody, basic(webBackend)],
    ['right in the header only', { ...inBody, client_secret: 'wrong' }, basic(webBackend)],
    ['right in the body only', inBody, basic({ ...webBackend, secret: 'wrong' })],
    ['the id of one with the secret of the other', { client_secret: otherBackend.secret }, basic(otherBackend)],
    ['an assertion beside Basic', { client_assertion: 'x' }, basic(webBackend)],
    ['a Bearer token beside the body', inBody, authorization('Bearer abc')],
    ['another client_id beside Basic', { client_id: otherBackend.id }, basic(webBackend)],
  ])('%s', async (_how, parameters, headers) => {
    const { url } = await startTokenServer()
    const answer = await requestToken(url, { ...login, ...parameters }, headers)
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request'])
  })
})

describe('a request with two Authorization headers', () => {
  test('is invalid_request, whichever of them is right', async () => {
    const { url } = await startTokenServer()
    const { hostname, port } = new URL(url)
    const body = new URLSearchParams(login).toString()
    const right = `Authorization: ${basic(webBackend).authorization}\r\n`
    const wrong = `Authorization: ${basic({ ...webBackend, secret: 'wrong' }).authorization}\r\n`
    for (const headers of [right + wrong, wrong + right]) {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname)
        socket.on('error', reject)
        socket.once('data', (bytes) => {
          resolve(bytes.toString())
          socket.destroy()
        })
        socket.write(
          `POST /token HTTP/1.1\r\nHost: x\r\n${headers}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        )
      })
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    }
  })
})

describe('what a client may do', () => {
  test('is unauthorized_client where its registration leaves the grant out', async () => {
    const { url } = await startTokenServer({ clients: [{ ...webBackend, grantTypes: ['refresh_token'] }] })
    const answer = await requestToken(url, login, basic(webBackend))
    expect([answer.status, answer.body['error']]).toEqual([400, 'unauthorized_client'])
  })

  test('includes no refresh token where its registration leaves that grant out', async () => {
    const { url } = await startTokenServer({ clients: [{ ...webBackend, grantTypes: ['password'] }] })
    const answer = await requestToken(url, login, basic(webBackend))
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('refresh_token')
  })

  test('is a 500, and nothing more, where a function answers a registration that is wrong', async () => {
    const errors: unknown[] = []
    const { url } = await startTokenServer({
      clients: () => ({ id: webBackend.id }),
      onError: (error) => errors.push(error),
    })
    const answer = await requestToken(url, login, basic(webBackend))
    expect([answer.status, answer.body['error']]).toEqual([500, 'server_error'])
    expect(String(errors[0])).toMatch(/secret is missing/)
  })
})
