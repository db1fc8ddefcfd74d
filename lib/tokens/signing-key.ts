import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, KeyObject, type JsonWebKey } from 'node:crypto'
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

export const MIN_SECRET_BYTES = 32

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
    throw new TypeError(
      `${option} cannot sign with algorithm ${JSON.stringify(algorithm)}: use ${possible.join(', ')}.`,
    )
  }
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId === '')) {
    throw new TypeError(
      `${option}.keyId must be a text that is not empty; leave it out for the key's RFC 7638 thumbprint.`,
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

/** A secret as an HS256 key. @throws TypeError that names `option` where it is shorter than 32 bytes. */
export function secretKey(option: string, secret: unknown): KeyObject {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < MIN_SECRET_BYTES) {
    throw new TypeError(
      `${option} must be a secret of ${MIN_SECRET_BYTES} bytes or more (RFC 7518 section 3.2); make one with: node -p "crypto.randomBytes(32).toString('base64url')"`,
    )
  }
  return createSecretKey(bytes)
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

function keyObject(option: string, key: unknown): KeyObject {
  if (key instanceof KeyObject) return key.type === 'secret' ? secretKey(option, key.export()) : key
  if (isRecord(key)) return jwkObject(option, key)
  // A PEM often comes as the bytes of its file.
  const text = key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key
  if (typeof text === 'string' && text.includes('-----BEGIN ')) return parsed(option, () => pemObject(text))
  return secretKey(option, key)
}

function pemObject(pem: string): KeyObject {
  return /-----BEGIN (?:PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE)-----/.test(pem)
    ? createPublicKey(pem)
    : createPrivateKey(pem)
}

function jwkObject(option: string, jwk: JsonWebKey): KeyObject {
  if (jwk.kty === 'oct')
    return secretKey(option, typeof jwk.k === 'string' ? Buffer.from(jwk.k, 'base64url') : undefined)
  return parsed(option, () =>
    jwk.d === undefined ? createPublicKey({ key: jwk, format: 'jwk' }) : createPrivateKey({ key: jwk, format: 'jwk' }),
  )
}

function parsed(option: string, parse: () => KeyObject): KeyObject {
  try {
    return parse()
  } catch {
    // OpenSSL's sentence helps nobody, and could quote the key.
    throw new TypeError(
      `${option} could not be read as a key: give an unencrypted private key as PEM, JWK or KeyObject.`,
    )
  }
}

function derived(secret: Buffer, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, MIN_SECRET_BYTES))
}
