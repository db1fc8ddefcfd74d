import { generateKeyPairSync } from 'node:crypto'
import type { Express } from 'express'
import { describe, expect, test } from 'vitest'
import { requestToken, basic, webBackend, alice, startTokenServer } from '../start-server.js'

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const METADATA = '/.well-known/oauth-authorization-server'
const JWKS = '/.well-known/jwks.json'

describe.for([METADATA, JWKS])('%s', (path) => {
  test.for([4, 5] as const)('is JSON that everybody may read and keep for a while, by Express %s', async (express) => {
    const { url } = await startTokenServer({ signingKeys: privateKey }, { express })
    const answer = await fetch(url + path)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': expect.stringMatching(/^public, max-age=\d+$/) as string,
      etag: expect.stringMatching(/^"[\w-]{43}"$/) as string,
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'strict-transport-security': expect.stringMatching(/^max-age=/) as string,
    })
    expect(answer.headers.has('pragma')).toBe(false)
    expect(answer.headers.has('x-powered-by')).toBe(false)
    expect(answer.headers.has('set-cookie')).toBe(false)
    const text = await answer.text()
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    expect(JSON.parse(text)).toBeTypeOf('object')
  })

  test('is not sent again to whoever has it', async () => {
    const { url } = await startTokenServer({ signingKeys: privateKey })
    const first = await fetch(url + path)
    const etag = first.headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await fetch(url + path, { headers: { 'if-none-match': known } })
      expect([known, again.status, await again.text()]).toEqual([known, 304, ''])
      expect(again.headers.get('etag')).toBe(etag)
      expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'))
      expect(again.headers.get('access-control-allow-origin')).toBe('*')
    }
    expect((await fetch(url + path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('answers HEAD as GET, without the body', async () => {
    const { url } = await startTokenServer({ signingKeys: privateKey })
    const [get, head] = [await fetch(url + path), await fetch(url + path, { method: 'HEAD' })]
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const name of ['etag', 'content-length', 'content-type', 'cache-control'])
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)])
    const etag = get.headers.get('etag') ?? ''
    expect((await fetch(url + path, { method: 'HEAD', headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test.for(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { url } = await startTokenServer({ signingKeys: privateKey })
    const answer = await fetch(url + path, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({ error: 'invalid_request', error_description: 'The method must be GET' })
  })

  test('is found with a slash at its end and a query behind', async () => {
    const { url } = await startTokenServer({ signingKeys: privateKey })
    expect((await fetch(`${url}${path}/`)).status).toBe(200)
    expect((await fetch(`${url}${path}?v=1`)).status).toBe(200)
  })

  test('is left to the application where its option is false, and elsewhere where that says so', async () => {
    const option = path === JWKS ? 'jwksPath' : 'metadataPath'
    const after = { after: (app: Express) => void app.use((_request, response) => response.send('app')) }
    const off = await startTokenServer({ signingKeys: privateKey, [option]: false }, after)
    expect(await (await fetch(off.url + path)).text()).toBe('app')
    const elsewhere = await startTokenServer({ signingKeys: privateKey, [option]: '/elsewhere' }, after)
    expect(await (await fetch(elsewhere.url + path)).text()).toBe('app')
    expect((await fetch(`${elsewhere.url}/elsewhere`)).headers.get('cache-control')).toMatch(/^public/)
  })
})

test('The endpoints that take passwords and tokens stay what no other origin can read.', async () => {
  const { url } = await startTokenServer({ signingKeys: privateKey })
  const login = await requestToken(url, { grant_type: 'password', ...alice }, { ...basic(webBackend), origin: 'null' })
  expect(login.status).toBe(200)
  for (const { headers } of [login, await requestToken(url, {}), await fetch(`${url}/token`, { method: 'OPTIONS' })]) {
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('cache-control')).toBe('no-store')
  }
})
