import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { clientSecret, partsOf, signingSecret, start } from '../working-options.js'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const jwk = privateKey.export({ format: 'jwk' })
const edwards = generateKeyPairSync('ed25519').privateKey
const encrypted = privateKey
  .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'Gq1uTz8Pd4' })
  .toString()
const weak = 'Vn6rXc3Bq9Lw5'
const digest = 'a3f8c1d97b20e6548f1b6d2c90e7a4b35d68f01c2e9b7a64'

/** The text of a key, by the lines that hold it. */
function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
}

/** Options that are refused, and the secrets that stand in them. */
const REFUSED: Record<string, { overrides: Record<string, unknown>; secrets: string[] }> = {
  'a weak signing secret': { overrides: { signingKeys: weak }, secrets: [weak] },
  'a weak signing secret as bytes': { overrides: { signingKeys: Buffer.from(weak) }, secrets: [weak] },
  'a weak signing secret as JWK': {
    overrides: { signingKeys: { kty: 'oct', k: Buffer.from(weak).toString('base64url') } },
    secrets: [weak, Buffer.from(weak).toString('base64url')],
  },
  'a signing secret given as number': { overrides: { signingKeys: 918273645546372 }, secrets: ['918273645546372'] },
  'a weak refresh secret': { overrides: { refreshTokens: { secret: weak } }, secrets: [weak] },
  'a refresh secret given as number': {
    overrides: { refreshTokens: { secret: 918273645546372 } },
    secrets: ['918273645546372'],
  },
  'a weak client secret': { overrides: { clients: [{ id: 'web', secret: weak }] }, secrets: [weak] },
  'a weak one of several client secrets': {
    overrides: { clients: [{ id: 'web', secret: [clientSecret, weak] }] },
    secrets: [clientSecret, weak],
  },
  'a client secret given as number': {
    overrides: { clients: [{ id: 'web', secret: 918273645546372 }] },
    secrets: ['918273645546372'],
  },
  'a client secret given as bytes': {
    overrides: { clients: [{ id: 'web', secret: Buffer.from(clientSecret) }] },
    secrets: [clientSecret, inspect(Buffer.from(clientSecret)).slice(9, 40)],
  },
  'a digest that is too short': {
    overrides: { clients: [{ id: 'web', secret: { sha256: digest } }] },
    secrets: [digest],
  },
  'a digest given as number': {
    overrides: { clients: [{ id: 'web', secret: { sha256: 918273645546372 } }] },
    secrets: ['918273645546372'],
  },
  'a public client with a secret': {
    overrides: { clients: [{ id: 'web', public: true, secret: clientSecret }] },
    secrets: [clientSecret],
  },
  'a secret where the client should stand': { overrides: { clients: [clientSecret] }, secrets: [clientSecret] },
  'a secret where the list should stand': { overrides: { clients: clientSecret }, secrets: [clientSecret] },
  'two equal keys': { overrides: { signingKeys: [signingSecret, signingSecret] }, secrets: [signingSecret] },
  'a misspelt option beside a key': { overrides: { signingKey: signingSecret }, secrets: [signingSecret] },
  'an algorithm that does not fit': {
    overrides: { signingKeys: { key: signingSecret, algorithm: 'RS256' } },
    secrets: [signingSecret],
  },
  'a secret where the algorithm should stand': {
    overrides: { signingKeys: { key: signingSecret, algorithm: clientSecret } },
    secrets: [signingSecret, clientSecret],
  },
  'an algorithm that does not fit a PEM': {
    overrides: { signingKeys: { key: pem, algorithm: 'RS256' } },
    secrets: linesOf(pem),
  },
  'a PEM that is cut off': { overrides: { signingKeys: pem.slice(0, 120) }, secrets: linesOf(pem.slice(0, 120)) },
  'a PEM with a wrong label': {
    overrides: { signingKeys: pem.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY') },
    secrets: linesOf(pem),
  },
  'an encrypted PEM': { overrides: { signingKeys: encrypted }, secrets: linesOf(encrypted) },
  'a JWK that is broken': {
    overrides: { signingKeys: { ...jwk, y: jwk.d } },
    secrets: [jwk.d ?? '', jwk.x ?? ''],
  },
  'a JWK with a misplaced member': {
    overrides: { signingKeys: { key: jwk, d: jwk.d } },
    secrets: [jwk.d ?? ''],
  },
  'a key of a kind that cannot sign': {
    overrides: { signingKeys: edwards },
    secrets: [edwards.export({ format: 'jwk' }).d ?? ''],
  },
  'an issuer with credentials': {
    overrides: { issuer: `https://admin:${clientSecret}@login.example.com` },
    secrets: [clientSecret],
  },
  'a store by its URL, with the password in it': {
    overrides: { grantStore: `redis://admin:${clientSecret}@localhost` },
    secrets: [clientSecret],
  },
}

describe('no message, stack or cause holds any part of a secret or key:', () => {
  test.each(Object.entries(REFUSED))('%s', (_title, { overrides, secrets }) => {
    let told = ''
    try {
      start(overrides)
    } catch (error) {
      told = inspect(error, { depth: Infinity, showHidden: true })
    }
    expect(told).toContain('TypeError')
    for (const secret of secrets) {
      for (const part of partsOf(secret)) expect(told.includes(part), `${part} in ${told}`).toBe(false)
    }
  })
})
