import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import type { SigningAlgorithm } from '../../lib/index.js'
import { logIn } from '../log-in.js'
import { audience, issuer, signingSecret, startTokenServer, webBackend } from '../start-server.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey

const privateKeys: readonly (readonly [SigningAlgorithm, KeyObject])[] = [
  ['RS256', rsa],
  ['RS384', rsa],
  ['RS512', rsa],
  ['PS256', rsa],
  ['PS384', rsa],
  ['PS512', rsa],
  ['ES256', p256],
  ['ES384', p384],
  ['ES512', p521],
]

test('jose verifies an HS256 access token', async () => {
  const { url } = await startTokenServer()
  const { access } = await logIn(url)
  const secret = new TextEncoder().encode(signingSecret)
  const verified = await jwtVerify(access, secret, { typ: 'at+jwt', issuer, audience, algorithms: ['HS256'] })
  expect(verified.payload).toMatchObject({ sub: 'alice', client_id: 'web-backend', cid: 'web-backend' })
})

test('jose verifies an HS256 access token by the thumbprint in its kid', async () => {
  const { url } = await startTokenServer()
  const { access } = await logIn(url)
  const k = Buffer.from(signingSecret).toString('base64url')
  expect(decodeProtectedHeader(access).kid).toBe(await calculateJwkThumbprint({ kty: 'oct', k }))
})

describe.for(privateKeys)('jose and an access token of %s', ([algorithm, privateKey]) => {
  const publicKey = createPublicKey(privateKey)
  const expected = { typ: 'at+jwt', issuer, audience, algorithms: [algorithm] }
  const forms = {
    'a KeyObject': privateKey,
    PEM: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'a JWK': privateKey.export({ format: 'jwk' }),
  }

  for (const [form, key] of Object.entries(forms)) {
    test(`verify where the key was given as ${form}`, async () => {
      const { url } = await startTokenServer({ signingKeys: { key, algorithm } })
      const { payload, protectedHeader } = await jwtVerify((await logIn(url)).access, publicKey, expected)
      expect(payload.sub).toBe('alice')
      expect(protectedHeader.alg).toBe(algorithm)
    })
  }

  test('agree on the key: its kid is the thumbprint of RFC 7638', async () => {
    const { url } = await startTokenServer({ signingKeys: { key: privateKey, algorithm } })
    const thumbprint = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }))
    expect(decodeProtectedHeader((await logIn(url)).access).kid).toBe(thumbprint)
  })

  test('do not take a refresh token, of no key that signs access tokens', async () => {
    const { url } = await startTokenServer({ signingKeys: { key: privateKey, algorithm } })
    const { refresh } = await logIn(url)
    expect(decodeProtectedHeader(refresh)).toMatchObject({ alg: 'HS256', typ: 'rt+jwt' })
    await expect(jwtVerify(refresh, publicKey)).rejects.toThrow()
  })
})

test('jose, verifying carelessly by signature and expiry alone, does not take a refresh token of an HS256 server', async () => {
  const { url } = await startTokenServer()
  const { access, refresh } = await logIn(url)
  const secret = new TextEncoder().encode(signingSecret)
  await expect(jwtVerify(access, secret)).resolves.toBeDefined()
  await expect(jwtVerify(refresh, secret)).rejects.toThrow('signature verification failed')
})

test('jose verifies tokens of the key before while the next one already signs', async () => {
  const next = 'the-next-signing-secret-of-32-bytes-and-more'
  const { url } = await startTokenServer({ signingKeys: [next, signingSecret] })
  const { access } = await logIn(url)
  await expect(jwtVerify(access, new TextEncoder().encode(next), { typ: 'at+jwt' })).resolves.toBeDefined()
})

test('jose finds the audience of a client in the token where its registration names one', async () => {
  const own = 'https://orders.example'
  const { url } = await startTokenServer({ clients: [{ ...webBackend, audience: own }] })
  const secret = new TextEncoder().encode(signingSecret)
  const { access } = await logIn(url)
  await expect(jwtVerify(access, secret, { audience: own })).resolves.toBeDefined()
  await expect(jwtVerify(access, secret, { audience })).rejects.toThrow('unexpected "aud" claim value')
})
