import type { ClientKey } from '../client.js'
import { keyThumbprint } from '../tokens/key-thumbprint.js'
import { PRIVATE_MEMBERS, verificationKey } from '../tokens/verification-key.js'
import { isPlainObject, wrongValue } from './option-kinds.js'

/**
 * The public keys of a client, each under its `kid` or its thumbprint.
 * @throws TypeError that names the key, and shows nothing of it
 */
export function clientKeys(option: string, keys: unknown): readonly ClientKey[] {
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new TypeError(`${option} must be an array with the public keys of the client, as JWKs.`)
  }
  const read = keys.map((key: unknown, index) => clientKey(`${option}[${index}]`, key))
  read.forEach(({ id }, index) => {
    if (read.findIndex((other) => other.id === id) < index) {
      throw new TypeError(`${option}[${index}] has the same kid as another key: give each key a kid of its own.`)
    }
  })
  return Object.freeze(read)
}

function clientKey(option: string, jwk: unknown): ClientKey {
  if (!isPlainObject(jwk)) throw new TypeError(`${option} must be a public key as a JWK, an object with a kty.`)
  if (PRIVATE_MEMBERS.some((member) => member in jwk)) {
    throw new TypeError(
      `${option} is a private or a secret key, which only the client may have: register its public half, and make a new key if others have seen this one.`,
    )
  }
  if (jwk['kid'] !== undefined && typeof jwk['kid'] !== 'string')
    throw wrongValue(`${option}.kid`, jwk['kid'], 'give a string')
  const key = verificationKey({ ...jwk, kid: jwk['kid'] ?? keyThumbprint(jwk) })
  const { id, algorithm, verifyWith } = key ?? {}
  if (id === undefined || verifyWith === undefined || algorithm === undefined || algorithm === 'HS256') {
    throw new TypeError(
      `${option} cannot verify signatures: give an RSA key of 2048 bits or more or an EC key on P-256, P-384 or P-521, whose alg, use and key_ops allow that, if it has any.`,
    )
  }
  return Object.freeze({ id, algorithm, verifyWith })
}
