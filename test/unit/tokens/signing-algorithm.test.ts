import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { algorithmsOf } from '../../../lib/tokens/signing-algorithm.js'

test('A secret signs with HS256 only', () => {
  expect(algorithmsOf(createSecretKey(Buffer.alloc(64)))).toEqual(['HS256'])
})

test.each([
  ['P-256', ['ES256']],
  ['P-384', ['ES384']],
  ['P-521', ['ES512']],
  ['secp256k1', []],
  ['brainpoolP256r1', []],
])('A key on %s signs with %j', (namedCurve, algorithms) => {
  expect(algorithmsOf(generateKeyPairSync('ec', { namedCurve }).privateKey)).toEqual(algorithms)
})

test('A key that may only be used for RSA-PSS is none of ours', () => {
  const { privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
  expect(algorithmsOf(privateKey)).toEqual([])
})
