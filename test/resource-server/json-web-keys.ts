import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto'

export interface KeyPair {
  readonly jwk: Readonly<JsonWebKey & { kid: string; alg: string; use: string }>
  readonly privateKey: KeyObject
}

/** A key pair, with its public half as an issuer publishes it. */
export function ecKeyPair(kid: string): KeyPair {
  return published(kid, 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
}

export function rsaKeyPair(kid: string, modulusLength = 2048): KeyPair {
  return published(kid, 'RS256', generateKeyPairSync('rsa', { modulusLength }))
}

function published(kid: string, alg: string, pair: { publicKey: KeyObject; privateKey: KeyObject }): KeyPair {
  return { jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }, privateKey: pair.privateKey }
}
