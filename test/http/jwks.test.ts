import { generateKeyPairSync } from 'node:crypto'
import type { Express } from 'express'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { describe, expect, test } from 'vitest'
import { logIn } from '../log-in.js'
import { audience, issuer, signingSecret, startTokenServer } from '../start-server.js'

const JWKS = '/.well-known/jwks.json'
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const nextEc = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

async function keySetOf(url: string): Promise<JSONWebKeySet> {
  const answer = await fetch(url + JWKS)
  expect(answer.status).toBe(200)
  return (await answer.json()) as JSONWebKeySet // the boundary
}

const login = async (url: string) => (await logIn(url)).access

describe('The published keys', () => {
  test('check what the server signs, and nothing of them is private.', async () => {
    const signingKeys = [ec, { key: rsa, algorithm: 'PS256' as const, keyId: 'rsa 1' }, signingSecret]
    const { url } = await startTokenServer({ signingKeys })
    const set = await keySetOf(url)
    expect(set.keys.map(({ kty, kid, alg, use }) => ({ kty, kid, alg, use }))).toEqual([
      { kty: 'EC', kid: expect.any(String) as string, alg: 'ES256', use: 'sig' },
      { kty: 'RSA', kid: 'rsa 1', alg: 'PS256', use: 'sig' },
    ])
    const text = JSON.stringify(set)
    for (const key of set.keys)
      for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']) expect(key).not.toHaveProperty(member)
    for (const key of [ec, rsa]) expect(text).not.toContain(key.export({ format: 'jwk' }).d)
    expect(text).not.toContain(Buffer.from(signingSecret).toString('base64url'))
    const verified = await jwtVerify(await login(url), createLocalJWKSet(set), { issuer, audience, typ: 'at+jwt' })
    expect(verified.payload.sub).toBe('alice')
  })

  test('have those among them that do not sign yet.', async () => {
    const next = { key: nextEc, keyId: 'next', signsFrom: new Date(Date.now() + 3_600_000) }
    const { url } = await startTokenServer({ signingKeys: [next, { key: ec, keyId: 'now' }] })
    expect((await keySetOf(url)).keys.map(({ kid }) => kid)).toEqual(['next', 'now'])
  })

  test('are not there where every key is a secret: the request is the application’s.', async () => {
    const after = (app: Express) => app.use((_request, response) => void response.send('app'))
    const { url } = await startTokenServer({}, { after })
    for (const method of ['GET', 'POST']) expect(await (await fetch(url + JWKS, { method })).text()).toBe('app')
  })

  test('follow oauth.keys.reload(): other keys, none, and some again.', async () => {
    const { url, oauth } = await startTokenServer({ signingKeys: { key: ec, keyId: 'one' } })
    const metadata = async () =>
      (await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()) as Record<string, unknown>
    const first = await fetch(url + JWKS)
    expect(await metadata()).toHaveProperty('jwks_uri')

    await oauth.keys.reload([
      { key: rsa, keyId: 'two' },
      { key: ec, keyId: 'one' },
    ])
    expect((await keySetOf(url)).keys.map(({ kid }) => kid)).toEqual(['two', 'one'])
    const since = await fetch(url + JWKS, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
    expect(since.status).toBe(200)

    await oauth.keys.reload(signingSecret)
    expect((await fetch(url + JWKS)).status).toBe(404)
    expect(await metadata()).not.toHaveProperty('jwks_uri')

    await oauth.keys.reload({ key: ec, keyId: 'one' })
    const again = await fetch(url + JWKS, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
    expect(await metadata()).toHaveProperty('jwks_uri')
  })

  test('stay where a reload fails.', async () => {
    const { url, oauth } = await startTokenServer({ signingKeys: { key: ec, keyId: 'one' } })
    await expect(oauth.keys.reload('too short')).rejects.toThrow(TypeError)
    expect((await keySetOf(url)).keys.map(({ kid }) => kid)).toEqual(['one'])
  })
})
