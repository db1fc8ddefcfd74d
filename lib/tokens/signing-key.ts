import { createPublicKey, createSecretKey, hkdfSync, KeyObject } from 'node:crypto'
import { keyObject, MIN_SECRET_BYTES } from './key-object.js'
import { keyThumbprint } from './key-thumbprint.js'
import { algorithmsOf, type SigningAlgorithm } from './signing-algorithm.js'

/** A key that signs access tokens, parsed once. */
export interface SigningKey {
  /** `kid` */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly signWith: KeyObject
  readonly verifyWith: KeyObject
  /** Signs refresh tokens with HS256: a key of its own, so that no verifier of access tokens takes one for the other. */
  readonly refreshSecret: KeyObject
  /** Keys the hashes under which limiters count. */
  readonly limitSecret: Buffer
}

/**
 * Parses what an application may give as a signing key.
 * @throws TypeError that names `option`, what is wrong with the key and what to do; never with any part of the key.
 */
export function signingKey(option: string, input: unknown): SigningKey {
  const { key, algorithm, keyId } = described(option, input)
  const signWith = keyObject(option, key)
  if (signWith.type === 'public') {
    throw new TypeError(`${option} is a public key: give the private key, which signs.`)
  }
  const possible = algorithmsOf(signWith)
  const [usual] = possible
  if (usual === undefined) {
    throw new TypeError(
      `${option} is a key of a kind that cannot sign here: give a secret of ${MIN_SECRET_BYTES} bytes or more, an RSA key of 2048 bits or more, or an EC key on P-256, P-384 or P-521.`,
    )
  }
  const chosen = algorithm === undefined ? usual : possible.find((one) => one === algorithm)
  if (chosen === undefined) {
    // What is as long as a secret may be one that stands in the wrong place.
    const name = typeof algorithm === 'string' && algorithm.length <= 12 ? algorithm : `of type ${typeof algorithm}`
    throw new TypeError(`${option} cannot sign with algorithm ${name}: use ${possible.join(', ')}.`)
  }
  // jws writes headers as latin1, so that what is not ASCII would come back as something else.
  if (keyId !== undefined && (typeof keyId !== 'string' || !/^[\x20-\x7e]+$/.test(keyId))) {
    throw new TypeError(
      `${option}.keyId must be a text of visible ASCII characters; leave it out for the key's RFC 7638 thumbprint.`,
    )
  }
  const jwk = signWith.export({ format: 'jwk' })
  const secret = Buffer.from(jwk.k ?? jwk.d ?? '', 'base64url')
  return Object.freeze({
    id: keyId ?? keyThumbprint(jwk),
    algorithm: chosen,
    signWith,
    verifyWith: signWith.type === 'secret' ? signWith : createPublicKey(signWith),
    refreshSecret: createSecretKey(derived(secret, 'refresh token')),
    limitSecret: derived(secret, 'limit key'),
  })
}

function described(option: string, input: unknown): { key: unknown; algorithm?: unknown; keyId?: unknown } {
  if (!isRecord(input)) return { key: input }
  if ('kty' in input) return { key: input, algorithm: input['alg'], keyId: input['kid'] }
  const { key, algorithm, keyId, ...unknown } = input
  const [stray] = Object.keys(unknown)
  if (stray !== undefined) {
    throw new TypeError(`${option}.${stray} is not known: a signing key has key, algorithm and keyId.`)
  }
  const inner = isRecord(key) && 'kty' in key ? key : undefined
  return { key, algorithm: algorithm ?? inner?.['alg'], keyId: keyId ?? inner?.['kid'] }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof KeyObject) && !(value instanceof Uint8Array)
}

function derived(secret: Buffer, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, MIN_SECRET_BYTES))
}
