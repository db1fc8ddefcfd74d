import { createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import { described, quoted } from '../values/shown.js'
import { suggestion } from '../values/suggestion.js'
import { derivedSecret, type SecretUse } from './derived-secret.js'
import { keyObject, MIN_SECRET_BYTES } from './key-object.js'
import { keyThumbprint } from './key-thumbprint.js'
import type { JwtKey } from './jwt.js'
import { algorithmsOf } from './signing-algorithm.js'

/** A key that signs access tokens, parsed once. */
export interface SigningKey extends JwtKey {
  /** From when it may sign, in milliseconds since the epoch; 0 if it always may. */
  readonly signsFrom: number
  /** Signs refresh tokens with HS256: a key of its own, so that no verifier of access tokens takes one for the other. */
  readonly refreshKey: JwtKey
  /** Signs mfa_tokens with HS256: another key again, for the same reason. */
  readonly mfaKey: JwtKey
  /** Keys the hashes under which limiters count. */
  readonly limitSecret: string
}

/**
 * Parses what an application may give as a signing key.
 * @throws TypeError that names `option`, what is wrong with the key and what to do; never with any part of the key.
 */
export function signingKey(option: string, input: unknown): SigningKey {
  const { key, algorithm, keyId, signsFrom } = members(option, input)
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
    // A longer string may be a secret in the wrong place.
    const name = typeof algorithm === 'string' && algorithm.length <= 12 ? quoted(algorithm) : described(algorithm)
    throw new TypeError(`${option} cannot sign with the algorithm given (it is ${name}): use ${possible.join(' or ')}.`)
  }
  // jws writes headers as latin1, so that what is not ASCII would come back as something else.
  if (keyId !== undefined && (typeof keyId !== 'string' || !/^[\x20-\x7e]+$/.test(keyId))) {
    throw new TypeError(
      `${option}.keyId must be a string of visible ASCII characters (it is ${described(keyId)}); leave it out for the key's RFC 7638 thumbprint.`,
    )
  }
  const jwk = signWith.export({ format: 'jwk' })
  const secret = Buffer.from(jwk.k ?? jwk.d ?? '', 'base64url')
  const id = keyId ?? keyThumbprint(jwk)
  return Object.freeze({
    id,
    signsFrom: signsFromMember(`${option}.signsFrom`, signsFrom),
    algorithm: chosen,
    signWith,
    verifyWith: signWith.type === 'secret' ? signWith : createPublicKey(signWith),
    refreshKey: derivedKey(id, secret, 'refresh token'),
    mfaKey: derivedKey(id, secret, 'mfa token'),
    limitSecret: derivedSecret(secret, 'limit key').toString('base64url'),
  })
}

/** An instant, so that every process means the same one: a `Date`, or a string with its offset from UTC. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

function signsFromMember(option: string, signsFrom: unknown): number {
  if (signsFrom === undefined) return 0
  const isText = typeof signsFrom === 'string' && INSTANT.test(signsFrom)
  const time = isText || signsFrom instanceof Date ? new Date(signsFrom).getTime() : NaN
  if (!Number.isNaN(time)) return time
  throw new TypeError(
    `${option} is ${signsFrom instanceof Date ? 'an invalid Date' : quoted(signsFrom)}: give a Date, or a string with an offset such as '2027-01-31T12:00:00Z'.`,
  )
}

interface DescribedKey {
  readonly key: unknown
  readonly algorithm?: unknown
  readonly keyId?: unknown
  readonly signsFrom?: unknown
}

const MEMBERS = ['key', 'algorithm', 'keyId', 'signsFrom'] satisfies readonly (keyof DescribedKey)[]

function members(option: string, input: unknown): DescribedKey {
  if (!isRecord(input)) return { key: input }
  if ('kty' in input) return { key: input, algorithm: input['alg'], keyId: input['kid'] }
  const { key, algorithm, keyId, signsFrom, ...unknown } = input
  const [stray] = Object.keys(unknown)
  if (stray !== undefined) {
    throw new TypeError(`${option}.${stray} is not known: ${suggestion(stray, MEMBERS)}`)
  }
  const inner = isRecord(key) && 'kty' in key ? key : undefined
  return {
    key,
    algorithm: algorithm === undefined ? inner?.['alg'] : algorithm,
    keyId: keyId === undefined ? inner?.['kid'] : keyId,
    signsFrom,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !(value instanceof KeyObject) && !(value instanceof Uint8Array)
}

function derivedKey(id: string, secret: Buffer, use: SecretUse): JwtKey {
  const key = createSecretKey(derivedSecret(secret, use))
  return { id, algorithm: 'HS256', signWith: key, verifyWith: key }
}
