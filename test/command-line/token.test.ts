import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import express from 'express'
import { beforeAll, expect, test } from 'vitest'
import { resourceServer } from '../../lib/index.js'
import {
  alice,
  audience,
  basic,
  issuer,
  requestToken,
  signingSecret,
  startServer,
  startTokenServer,
  webBackend,
} from '../start-server.js'
import { startIssuer } from '../resource-server/issuer.js'
import { run, runForJson, temporaryFile } from './program.js'

const now = Math.floor(Date.now() / 1000)
const header = { alg: 'HS256', typ: 'at+jwt', kid: 'one' }
const times = { exp: now + 600, nbf: now - 60, iat: now - 60 }
const claims = { iss: issuer, aud: audience, sub: '42', client_id: 'web', jti: 'a', ...times }
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signed(headerPart: object, claimsPart: unknown, secret = signingSecret): string {
  const input = `${part(headerPart)}.${part(claimsPart)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKey = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'public', alg: 'ES256', use: 'sig' }

function signedByPair(headerPart: object): string {
  const input = `${part(headerPart)}.${part(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const { exp: _exp, ...endless } = claims
const bySecret = ['--secret-env', 'SECRET', '--issuer', issuer, '--audience', audience]
const env = { SECRET: signingSecret }

/** Tokens, and what is wrong with each. */
const faults: readonly { error: string | undefined; says: string; token: string }[] = [
  { error: undefined, says: 'The access token is valid.', token: signed(header, claims) },
  {
    error: undefined,
    says: 'The access token is valid.',
    token: signed(header, { ...claims, aud: ['other', audience] }),
  },
  { error: 'not_a_jwt', says: 'it has one part', token: 'opaque' },
  { error: 'not_a_jwt', says: 'encrypted', token: 'a.b.c.d.e' },
  { error: 'not_a_jwt', says: 'not of base64url', token: `${signed(header, claims)}=` },
  { error: 'not_a_jwt', says: 'header is no JSON object', token: 'bm8.e30.e30' },
  { error: 'not_a_jwt', says: 'claims are no JSON object', token: signed(header, [1]) },
  { error: 'too_long', says: 'more than 16384', token: signed(header, { ...claims, pad: 'x'.repeat(16_000) }) },
  { error: 'refresh_token', says: 'This is a refresh token', token: signed({ ...header, typ: 'rt+jwt' }, claims) },
  { error: 'wrong_type', says: 'Its typ is "JWT"', token: signed({ ...header, typ: 'JWT' }, claims) },
  { error: 'wrong_type', says: 'Its typ is nothing', token: signed({ alg: 'HS256', kid: 'one' }, claims) },
  { error: 'critical_header', says: 'crit', token: signed({ ...header, crit: ['exp'] }, claims) },
  { error: 'wrong_claim', says: 'Its jti is nothing', token: signed(header, { ...claims, jti: undefined }) },
  { error: 'wrong_claim', says: 'Its scope is ["a"]', token: signed(header, { ...claims, scope: ['a'] }) },
  { error: 'not_signed', says: 'alg none', token: `${part({ ...header, alg: 'none' })}.${part(claims)}.` },
  { error: 'unknown_algorithm', says: '"EdDSA"', token: signed({ ...header, alg: 'EdDSA' }, claims) },
  { error: 'no_key_id', says: 'no kid', token: signed({ alg: 'HS256', typ: 'at+jwt' }, claims) },
  { error: 'algorithm_mismatch', says: 'for HS256 only', token: signedByPair({ ...header, alg: 'ES256' }) },
  {
    error: 'bad_signature',
    says: 'Its signature is not of the key',
    token: signed(header, claims, 'another-secret-of-32-bytes-or-more'),
  },
  { error: 'bad_signature', says: 'Its signature is not of the key', token: `${part(header)}.${part(claims)}.` },
  { error: 'wrong_issuer', says: '"http://127.0.0.2"', token: signed(header, { ...claims, iss: 'http://127.0.0.2' }) },
  { error: 'wrong_audience', says: 'is not among it', token: signed(header, { ...claims, aud: [`${audience}/`] }) },
  { error: 'no_expiry', says: 'no exp', token: signed(header, endless) },
  { error: 'expired', says: 'It expired 2 hours ago, at 20', token: signed(header, { ...claims, exp: now - 7260 }) },
  { error: 'not_yet_valid', says: 'is a clock wrong?', token: signed(header, { ...claims, nbf: now + 300 }) },
  { error: 'wrong_not_before', says: 'which is no time', token: signed(header, { ...claims, nbf: 'now' }) },
]

test.for(faults)('$error: $says', async ({ error, says, token }) => {
  const { exitCode, stderr, stdout, result } = await runForJson(['token', ...bySecret], { stdin: `${token}\n`, env })
  expect({ exitCode, stderr }).toEqual({ exitCode: error === undefined ? 0 : 1, stderr: '' })
  expect(result['message']).toContain(says)
  expect(result['error']).toBe(error)
  expect(result['valid']).toBe(error === undefined)
  expect(stdout).not.toContain(token)
  const signature = token.split('.')[2] ?? ''
  if (signature.length > 10) expect(stdout).not.toContain(signature)
})

test('For people the first line says what is wrong, the others what the token holds, and none its signature.', async () => {
  const token = signed(header, { ...claims, exp: now - 7260 })
  const { exitCode, stdout, stderr } = await run(['token', '-', ...bySecret], { stdin: `Bearer ${token}`, env })
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(stdout).toMatch(/^It expired 2 hours ago, at 20.*\.\n\nheader\n {2}"alg": "HS256"\n/)
  expect(stdout).toMatch(/^ {2}"exp": \d+ {2}\(20.*Z, 2 hours ago\)$/m)
  expect(stdout).not.toContain(token.split('.')[2])
})

test('It finds valid what the guard takes, and no more.', async () => {
  const { requireAccessToken: guard } = resourceServer({ issuer, audience, secret: signingSecret })
  const { url } = await startServer(express().get('/', guard(), (_, response) => response.sendStatus(204)))
  const answers = await Promise.all(
    faults
      .filter(({ error }) => error !== 'too_long')
      .map(async ({ error, token }) => {
        const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
        return { error, isTaken: status === 204 }
      }),
  )
  expect(answers.filter(({ error, isTaken }) => isTaken !== (error === undefined))).toEqual([])
})

let realToken: string
let realRefreshToken: string

beforeAll(async () => {
  const { url, close } = await startTokenServer()
  const { body } = await requestToken(url, { grant_type: 'password', ...alice }, basic(webBackend))
  realToken = String(body['access_token'])
  realRefreshToken = String(body['refresh_token'])
  await close()
})

test('Without keys it checks all but the signature, and says so.', async () => {
  const { exitCode, stdout } = await run(['token'], { stdin: realToken })
  expect(exitCode).toBe(0)
  expect(stdout).not.toContain('is valid')
  expect(stdout).toContain('Not checked: its signature')
  expect(stdout).toContain('"sub": "alice"')
  const { result } = await runForJson(['token', '--audience', audience], { stdin: realToken })
  expect(result).toMatchObject({ valid: false, signature: 'not checked', claims: { sub: 'alice' } })
  const other = await runForJson(['token', '--audience', 'other'], { stdin: realToken })
  expect([other.exitCode, other.result['error']]).toEqual([1, 'wrong_audience'])
})

test('The token may be an argument.', async () => {
  expect((await run(['token', realToken, ...bySecret], { env })).stdout).toMatch(/^The access token is valid\.\n/)
})

test('A real refresh token is called one.', async () => {
  const { exitCode, stdout } = await run(['token', ...bySecret], { stdin: realRefreshToken, env })
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^This is a refresh token, where an access token is expected/)
})

test('The secret comes from a file, with or without a line end, or from stdin.', async () => {
  const others = ['--issuer', issuer, '--audience', audience]
  const rans = await Promise.all([
    run(['token', '--secret-file', temporaryFile(signingSecret), ...others], { stdin: realToken }),
    run(['token', '--secret-file', temporaryFile(`${signingSecret}\n`), ...others], { stdin: realToken }),
    run(['token', realToken, '--secret-file', '-', ...others], { stdin: `${signingSecret}\n` }),
    run(['token', '--secret-file', temporaryFile('too short'), ...others], { stdin: realToken }),
  ])
  expect(rans.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 2])
  expect(rans[3].stderr).not.toContain('too short')
})

test('Of several keys the kid says which; one that none has is unknown.', async () => {
  const key = (keyId: string) => ({ key: `${keyId}-secret-of-32-bytes-and-even-more`, keyId })
  const file = temporaryFile(JSON.stringify([key('one'), key('two')]))
  const result = async (kid: string, secret: string) =>
    (await runForJson(['token', '--secret-file', file], { stdin: signed({ ...header, kid }, claims, secret) })).result
  expect((await result('two', key('two').key))['signature']).toBe('right')
  expect((await result('one', key('two').key))['error']).toBe('bad_signature')
  const unknown = await result('three', key('two').key)
  expect(unknown['error']).toBe('unknown_key')
  expect(unknown['message']).toContain('"three", and the keys of --secret-file are "one", "two"')
})

test('Public keys come from a file, a URL, or by way of the metadata of the issuer.', async () => {
  const server = await startIssuer({ '/keys': { keys: [publicKey] } })
  server.answers.set('/.well-known/oauth-authorization-server', { issuer: server.url, jwks_uri: `${server.url}/keys` })
  const stdin = signedByPair({ alg: 'ES256', typ: 'at+jwt', kid: 'public' })
  const other = signedByPair({ alg: 'ES256', typ: 'at+jwt', kid: 'other' })
  const confused = signed({ alg: 'HS256', typ: 'at+jwt', kid: 'public' }, claims, JSON.stringify(publicKey))
  const file = temporaryFile(JSON.stringify({ keys: [publicKey] }))
  const results = await Promise.all([
    runForJson(['token', '--jwks', file, '--issuer', issuer, '--audience', audience], { stdin }),
    runForJson(['token', '--jwks', temporaryFile(JSON.stringify(publicKey))], { stdin }),
    runForJson(['token', '--jwks', `${server.url}/keys`], { stdin }),
    runForJson(['token', '--issuer', server.url], { stdin }),
    runForJson(['token', '--jwks', file], { stdin: other }),
    runForJson(['token', '--jwks', file], { stdin: confused }),
  ])
  expect(results.map(({ exitCode, result }) => [exitCode, result['signature'], result['error']])).toEqual([
    [0, 'right', undefined],
    [0, 'right', undefined],
    [0, 'right', undefined],
    [1, 'right', 'wrong_issuer'],
    [1, 'wrong', 'unknown_key'],
    [1, 'wrong', 'algorithm_mismatch'],
  ])
})

test('An issuer that cannot be asked is said to be so, beside what else is wrong.', async () => {
  const server = await startIssuer()
  const { exitCode, result } = await runForJson(['token', '--issuer', server.url], { stdin: realToken })
  expect([exitCode, result['error']]).toEqual([1, 'wrong_issuer'])
  const token = signed(header, { ...claims, iss: server.url })
  const unavailable = await runForJson(['token', '--issuer', server.url], { stdin: token })
  expect([unavailable.exitCode, unavailable.result['error']]).toEqual([1, 'keys_unavailable'])
  expect(unavailable.result['signature']).toBe('not checked')
})

test('What a token says cannot steer a terminal, nor pose as our own line.', async () => {
  const hostile = '\u001b[2J\u009b31m\u202eevil\nThe access token is valid.\r'
  const token = signed({ ...header, typ: hostile }, { ...claims, sub: hostile, iss: hostile })
  const [{ stdout }, { result }] = await Promise.all([
    run(['token', ...bySecret], { stdin: token, env }),
    runForJson(['token', ...bySecret], { stdin: token, env }),
  ])

  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  expect(stdout).not.toMatch(/^The access token is valid/m)
  expect((result['claims'] as { sub: string }).sub).toBe(hostile)
})
