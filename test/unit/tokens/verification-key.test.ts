import { createPublicKey, generateKeyPairSync, randomBytes, sign, verify, type JsonWebKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { algorithmsOf } from '../../../lib/tokens/signing-algorithm.js'
import { verificationKey } from '../../../lib/tokens/verification-key.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const curves = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' } as const
const ecPairs = Object.keys(curves).map((namedCurve) => generateKeyPairSync('ec', { namedCurve }))
const rsaJwk = jwkOf(rsa.publicKey)
const [ecJwk = {}, ...otherEcJwks] = ecPairs.map(({ publicKey }) => jwkOf(publicKey))

function jwkOf(key: { export(options: { format: 'jwk' }): JsonWebKey }): JsonWebKey & { kid: string } {
  return { ...key.export({ format: 'jwk' }), kid: 'k1' }
}

describe('the verification key of a JWK', () => {
  test.for(Object.values(curves).map((algorithm, index) => [algorithm, index] as const))(
    'does the algorithm of its curve, %s, with or without alg',
    ([algorithm, index]) => {
      const jwk = [ecJwk, ...otherEcJwks][index] ?? {}
      expect(verificationKey(jwk)).toMatchObject({ id: 'k1', algorithm })
      expect(verificationKey({ ...jwk, alg: algorithm })).toMatchObject({ id: 'k1', algorithm })
    },
  )

  test('of RSA does RS256 where it has no alg', () => {
    expect(verificationKey(rsaJwk)).toMatchObject({ id: 'k1', algorithm: 'RS256' })
  })

  test.for(algorithmsOf(rsa.publicKey))('of RSA does the alg that it has, %s', (alg) => {
    expect(verificationKey({ ...rsaJwk, alg })?.algorithm).toBe(alg)
  })

  test('checks what the private half signed, and nothing else', () => {
    const [pair] = ecPairs
    if (pair === undefined) throw new Error('There is no key.')
    const key = verificationKey(ecJwk)
    const signature = sign('sha256', Buffer.from('text'), pair.privateKey)
    expect(key?.verifyWith.type).toBe('public')
    expect(key && verify('sha256', Buffer.from('text'), key.verifyWith, signature)).toBe(true)
    expect(key && verify('sha256', Buffer.from('test'), key.verifyWith, signature)).toBe(false)
  })

  test.for([{ use: 'sig' }, { key_ops: ['verify'] }, { key_ops: ['verify', 'encrypt'] }, { x5c: ['AAAA'], x5t: 'AA' }])(
    'is there with %j',
    (members) => {
      expect(verificationKey({ ...ecJwk, ...members })?.id).toBe('k1')
    },
  )

  const weak = jwkOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)
  const koblitz = jwkOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)
  const edwards = jwkOf(generateKeyPairSync('ed25519').publicKey)
  const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['without a kid', { ...ecJwk, kid: undefined }],
    ['with an empty kid', { ...ecJwk, kid: '' }],
    ['whose kid is a number', { ...ecJwk, kid: 7 }],
    ['that is a secret', { kty: 'oct', kid: 'k1', k: randomBytes(32).toString('base64url'), alg: 'HS256' }],
    ['that has a secret beside its public key', { ...rsaJwk, k: randomBytes(32).toString('base64url') }],
    ['that is private, of RSA', jwkOf(rsa.privateKey)],
    ['that has a prime of RSA', { ...rsaJwk, p: rsa.privateKey.export({ format: 'jwk' }).p }],
    ...ecPairs.map(({ privateKey }) => ['that is private, of EC', jwkOf(privateKey)] as const),
    ['whose private member is nothing', { ...ecJwk, d: null }],
    ['to encrypt with', { ...rsaJwk, use: 'enc' }],
    ['whose use is no text', { ...rsaJwk, use: ['sig'] }],
    ['whose key_ops lack verify', { ...rsaJwk, key_ops: ['encrypt', 'sign'] }],
    ['whose key_ops are none', { ...rsaJwk, key_ops: [] }],
    ['whose key_ops are a text', { ...rsaJwk, key_ops: 'verify' }],
    ['of RSA with 1024 bits', weak],
    ['of RSA with an exponent of 1', { ...rsaJwk, e: 'AQ' }],
    ['of RSA with an exponent of 0', { ...rsaJwk, e: 'AA' }],
    ['of RSA without a modulus', { ...rsaJwk, n: undefined }],
    ['of RSA whose modulus is no text', { ...rsaJwk, n: [rsaJwk.n] }],
    ['on another curve', koblitz],
    ['of another kind', edwards],
    ['of no kind', { ...ecJwk, kty: undefined }],
    ['of RSA that is called EC', { ...rsaJwk, kty: 'EC' }],
    ['of EC with alg of RSA', { ...ecJwk, alg: 'RS256' }],
    ['of EC with alg of another curve', { ...ecJwk, alg: 'ES384' }],
    ['of RSA with alg of EC', { ...rsaJwk, alg: 'ES256' }],
    ['of RSA with alg HS256', { ...rsaJwk, alg: 'HS256' }],
    ['with alg none', { ...ecJwk, alg: 'none' }],
    ['with alg null', { ...ecJwk, alg: null }],
    ['of RSA to encrypt with by its alg', { ...rsaJwk, alg: 'RSA-OAEP-256' }],
    ['whose point is not on the curve', { ...ecJwk, y: randomBytes(32).toString('base64url') }],
    [
      'whose point is zero',
      { ...ecJwk, x: Buffer.alloc(32).toString('base64url'), y: Buffer.alloc(32).toString('base64url') },
    ],
    ['whose point is of another curve', { ...otherEcJwks[0], crv: 'P-256' }],
    ['whose point is empty', { ...ecJwk, x: '', y: '' }],
    ['whose point is far too long', { ...ecJwk, x: randomBytes(9999).toString('base64url') }],
    ['that is empty', {}],
  ]

  test.for(refused)('is not there for one %s', ([, jwk]) => {
    expect(verificationKey(jwk)).toBeUndefined()
  })

  test('is of its public members only, whatever else it says', () => {
    const key = verificationKey({ ...ecJwk, jku: 'http://127.0.0.1:9/', x5u: 'http://127.0.0.1:9/', x5c: ['junk'] })
    expect(key?.verifyWith.equals(createPublicKey({ key: ecJwk, format: 'jwk' }))).toBe(true)
  })
})
