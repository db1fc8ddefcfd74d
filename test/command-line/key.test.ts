import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, jwtVerify, type JWK } from 'jose'
import { expect, test } from 'vitest'
import type { KeyMaterial, SigningKeyOptions } from '../../lib/index.js'
import { alice, basic, requestToken, startTokenServer, webBackend } from '../start-server.js'
import { run, runForJson, temporaryFile } from './program.js'

interface NewKey {
  readonly kid: string
  readonly alg: string
  readonly signingKey: JWK & { key?: string }
  readonly publicKey?: JWK & string
}

async function tokenSignedBy(signingKeys: KeyMaterial | SigningKeyOptions): Promise<string> {
  const { url } = await startTokenServer({ signingKeys })
  const { body } = await requestToken(url, { grant_type: 'password', ...alice }, basic(webBackend))
  return String(body['access_token'])
}

async function newKey(...options: string[]): Promise<NewKey> {
  return (await runForJson(['key', ...options])).result as unknown as NewKey // the boundary: its own format
}

test.for(['HS256', 'RS256', 'PS384', 'ES256', 'ES384', 'ES512'])(
  '%s as JWK signs, is named by its thumbprint, and its public half verifies.',
  async (alg) => {
    const { kid, signingKey, publicKey } = await newKey('--alg', alg)
    expect(kid).toBe(await calculateJwkThumbprint(signingKey))
    expect(signingKey).toMatchObject({ kid, alg })
    const token = await tokenSignedBy(signingKey)
    expect(decodeProtectedHeader(token)).toMatchObject({ kid, alg })
    const verifying = await importJWK(publicKey ?? signingKey, alg)
    await expect(jwtVerify(token, verifying, { algorithms: [alg] })).resolves.toBeDefined()
    expect(
      Object.keys(publicKey ?? {}).filter((member) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(member)),
    ).toEqual([])
  },
)

test.for(['ES384', 'PS512'])('%s as PEM signs as its note says, and its public half verifies.', async (alg) => {
  const { kid, signingKey, publicKey = '' } = await newKey('--alg', alg, '--format', 'pem')
  expect(signingKey.key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  const token = await tokenSignedBy(signingKey)
  expect(decodeProtectedHeader(token)).toMatchObject({ kid, alg })
  await expect(jwtVerify(token, createPublicKey(String(publicKey)), { algorithms: [alg] })).resolves.toBeDefined()
})

test.for(['jwk', 'pem'])(
  'Stdout as %s is a file that signingKeys takes, and stderr has nothing private.',
  async (format) => {
    const { stdout, stderr, exitCode } = await run(['key', '--format', format])
    expect(exitCode).toBe(0)
    const token = await tokenSignedBy(format === 'jwk' ? (JSON.parse(stdout) as KeyMaterial) : stdout)
    expect(stderr).toContain(`ES256, kid ${decodeProtectedHeader(token).kid ?? 'none'}`)
    expect(stderr).not.toMatch(/"d":|PRIVATE KEY/)
  },
)

test('An access token of a key that it printed is found valid by the same program, from the key file.', async () => {
  const { stdout } = await run(['key', '--alg', 'HS256'])
  const stdin = await tokenSignedBy(JSON.parse(stdout) as KeyMaterial)
  const { exitCode, result } = await runForJson(['token', '--secret-file', temporaryFile(stdout)], { stdin })
  expect({ exitCode, signature: result['signature'] }).toEqual({ exitCode: 0, signature: 'right' })
})
