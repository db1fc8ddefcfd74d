import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import express from 'express'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import { oauthPasswordGrant, resourceServer } from '../../lib/index.js'
import { alice, audience, basic, requestToken, startServer, testOptions, webBackend } from '../start-server.js'
import { freePort } from '../stores/free-port.js'
import { forgedJwt } from '../unit/tokens/forged-jwt.js'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const mallory = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const malloryJwk = createPublicKey(mallory).export({ format: 'jwk' })

/** An authorization server with two keys, a route that it guards itself, and an API that knows its URL alone. */
async function start() {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const oauth = oauthPasswordGrant({
    ...testOptions(),
    issuer,
    signingKeys: [
      { key: ec, keyId: 'ec' },
      { key: rsa, keyId: 'rsa' },
    ],
  })
  const asked: string[] = []
  const app = express().use(oauth)
  app.get('/contacts', oauth.requireAccessToken(), (_request, response) => void response.json([]))
  app.get('/mallory', (request, response) => {
    asked.push(request.path)
    response.json({ keys: [{ ...malloryJwk, kid: 'ec', alg: 'ES256' }] })
  })
  await startServer(app, port)
  const { requireAccessToken: guard } = resourceServer({ issuer, audience, onError: () => undefined })
  const api = await startServer(express().get('/contacts', guard(), (_request, response) => void response.json([])))
  const { body } = await requestToken(issuer, { grant_type: 'password', ...alice }, basic(webBackend))
  const token = String(body['access_token'])
  const statuses = async (candidate: string) =>
    Promise.all(
      [issuer, api.url].map(async (url) => {
        const answer = await fetch(`${url}/contacts`, { headers: { authorization: `Bearer ${candidate}` } })
        return [answer.status, answer.headers.get('www-authenticate')?.includes('error="invalid_token"')] as const
      }),
    )
  expect(await statuses(token)).toEqual([
    [200, undefined],
    [200, undefined],
  ])
  return { issuer, token, claims: decodeJwt(token), asked, statuses }
}

const refused = [
  [401, true],
  [401, true],
]

function signed(claims: object, key: KeyObject, algorithm: jwt.Algorithm, header: object): string {
  return jwt.sign(claims, key, { algorithm, header: { typ: 'at+jwt', ...header, alg: algorithm } })
}

describe('Over HTTP, by both guards,', () => {
  test('no token is taken that is signed by nothing.', async () => {
    const { token, claims, statuses } = await start()
    for (const alg of ['none', 'None', 'NONE', '', 'ES256']) {
      const unsigned = forgedJwt({ typ: 'at+jwt', kid: 'ec', alg }, claims, 'x')
      expect(await statuses(unsigned.slice(0, unsigned.lastIndexOf('.') + 1)), alg).toEqual(refused)
    }
    expect(await statuses(`${token.slice(0, token.lastIndexOf('.') + 1)}${'A'.repeat(86)}`)).toEqual(refused)
  })

  test('no token is taken that has a published key for a secret.', async () => {
    const { issuer, claims, statuses } = await start()
    const set = await (await fetch(`${issuer}/.well-known/jwks.json`)).text()
    for (const [kid, key] of Object.entries({ ec, rsa })) {
      const publicKey = createPublicKey(key)
      const secrets = [
        publicKey.export({ format: 'pem', type: 'spki' }),
        publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(publicKey.export({ format: 'jwk' })),
        set,
      ]
      for (const secret of secrets)
        for (const alg of ['HS256', decodeAlgorithm(kid)])
          expect(await statuses(forgedJwt({ typ: 'at+jwt', kid, alg }, claims, secret))).toEqual(refused)
    }
  })

  test('no token is taken that brings its key along, or points to it, and nobody is asked for it.', async () => {
    const { issuer, claims, asked, statuses } = await start()
    const elsewhere = `${issuer}/mallory`
    for (const header of [{ jwk: malloryJwk }, { jku: elsewhere }, { x5u: elsewhere }, { x5c: ['AAAA'] }])
      for (const kid of ['ec', 'mallory', '', '../mallory', elsewhere])
        expect(await statuses(signed(claims, mallory, 'ES256', { ...header, kid }))).toEqual(refused)
    expect(asked).toEqual([])
  })

  test('no token is taken under the kid of another key, or by another algorithm of its key.', async () => {
    const { token, claims, statuses } = await start()
    expect(decodeProtectedHeader(token)).toMatchObject({ kid: 'ec', alg: 'ES256' })
    expect(await statuses(signed(claims, rsa, 'RS256', { kid: 'rsa' }))).not.toEqual(refused)
    expect(await statuses(signed(claims, ec, 'ES256', { kid: 'rsa' }))).toEqual(refused)
    expect(await statuses(signed(claims, rsa, 'RS256', { kid: 'ec' }))).toEqual(refused)
    for (const algorithm of ['RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const)
      expect(await statuses(signed(claims, rsa, algorithm, { kid: 'rsa' })), algorithm).toEqual(refused)
  })

  test('no token is taken that is oversized or deeply nested, and the server goes on.', async () => {
    const { token, claims, statuses } = await start()
    const [header = '', payload = '', signature = ''] = token.split('.')
    const deep = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth)).toString('base64url')
    const candidates = [
      `${header}.${'A'.repeat(14_000)}.${signature}`,
      `${'A'.repeat(14_000)}.${payload}.${signature}`,
      `${header}.${payload}.${'A'.repeat(14_000)}`,
      `${deep(5_000)}.${payload}.${signature}`,
      `${header}.${deep(5_000)}.${signature}`,
      `${header}.${payload}.${signature}.${'.'.repeat(14_000)}`,
    ]
    for (const candidate of candidates) expect(await statuses(candidate)).toEqual(refused)
    const aud = JSON.parse(`${'['.repeat(2_000)}${JSON.stringify(audience)}${']'.repeat(2_000)}`) as unknown
    expect(await statuses(signed({ ...claims, aud }, ec, 'ES256', { kid: 'ec' }))).toEqual(refused)
    expect(await statuses(token)).not.toEqual(refused)
  })

  test('what Node takes for no request, for its headers are too large, reaches no guard.', async () => {
    const { token, statuses } = await start()
    for (const [status] of await statuses(`${token}${'A'.repeat(20_000)}`)) expect(status).toBe(431)
    expect(await statuses(token)).not.toEqual(refused)
  })
})

function decodeAlgorithm(kid: string): string {
  return kid === 'ec' ? 'ES256' : 'RS256'
}
