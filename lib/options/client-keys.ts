import { KeyObject } from 'node:crypto'
import type { ClientKey } from '../client.js'
import { keyThumbprint } from '../tokens/key-thumbprint.js'
import { PRIVATE_MEMBERS, verificationKey } from '../tokens/verification-key.js'
import { quoted } from '../values/shown.js'
import { isPlainObject, wrongValue } from './option-kinds.js'

/**
 * The public keys of a client, each under its `kid` or its thumbprint.
 * @throws TypeError that names the key, and shows nothing of it
 */
export function clientKeys(option: string, keys: unknown): readonly ClientKey[] {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(`${option} must be an array with the public keys of the client, as JWKs; it is ${kind(keys)}.`)
  }
  const read = keys.map((key: unknown, index) => clientKey(`${option}[${index}]`, key))
  read.forEach(({ id }, index) => {
    if (read.findIndex((other) => other.id === id) < index) {
      throw new TypeError(`${option}[${index}] has the same kid as another key: give each key a kid of its own.`)
    }
  })
  return Object.freeze(read)
}

/** Never the value: it may be a private key. */
function kind(given: unknown): string {
  if (given instanceof KeyObject) return "a KeyObject: give key.export({ format: 'jwk' })"
  if (typeof given === 'string') return given.includes('-----BEGIN') ? 'PEM' : 'a string'
  if (Array.isArray(given)) return given.length === 0 ? 'empty' : 'an array'
  if (isPlainObject(given) && 'keys' in given) return 'a JWK Set: give its keys'
  if (isPlainObject(given) && 'kty' in given) return 'one JWK: put it in an array'
  return given === null ? 'null' : typeof given === 'object' ? 'an object without kty' : `of type ${typeof given}`
}

/** The members of a JWK that say what it is for, none of which is secret. */
function described(jwk: Readonly<Record<string, unknown>>): string {
  const members = ['kty', 'crv', 'alg', 'use', 'key_ops'].filter((member) => member in jwk)
  return members.map((member) => `${member} ${quoted(jwk[member])}`).join(', ') || 'it has no kty'
}

function clientKey(option: string, jwk: unknown): ClientKey {
  if (!isPlainObject(jwk) || jwk instanceof KeyObject) {
    throw new TypeError(`${option} must be a public key as a JWK, an object with a kty; it is ${kind(jwk)}.`)
  }
  if (jwk['kty'] === 'oct') {
    throw new TypeError(`${option} is a secret: a client with keys signs with a private key; register its public half.`)
  }
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) {
    throw new TypeError(
      `${option} is a private key, which only the client may have: register its public half, and make a new key if others have seen this one.`,
    )
  }
  if (jwk['kid'] !== undefined && typeof jwk['kid'] !== 'string')
    throw wrongValue(`${option}.kid`, jwk['kid'], 'give a string')
  const key = verificationKey({ ...jwk, kid: jwk['kid'] ?? keyThumbprint(jwk) })
  const { id, algorithm, verifyWith } = key ?? {}
  if (id === undefined || verifyWith === undefined || algorithm === undefined || algorithm === 'HS256') {
    throw new TypeError(
      `${option} cannot verify signatures (${described(jwk)}): give an RSA key of 2048 bits or more or an EC key on P-256, P-384 or P-521, whose alg, use and key_ops allow that, if it has any.`,
    )
  }
  return Object.freeze({ id, algorithm, verifyWith })
}
