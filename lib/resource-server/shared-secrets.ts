import { wrong } from '../options/option-kinds.js'
import { signingKey } from '../tokens/signing-key.js'
import type { VerificationKey } from '../tokens/verification-key.js'
import type { FindKey } from './access-token-verifier.js'

/** A single secret takes tokens of whatever `kid`, for the authorization server may have given it one of its own. */
export function sharedSecrets(secret: unknown): FindKey {
  const isList = Array.isArray(secret)
  const given: readonly unknown[] = isList ? secret : [secret]
  const keys = given.map((one, index) => secretOption(isList ? `secret[${index}]` : 'secret', one))
  const [first, ...others] = keys
  if (first === undefined) throw wrong('secret', secret, 'give at least one')
  if (others.length === 0) return () => first
  const byId = new Map(keys.map((key) => [key.id, key]))
  return (id) => byId.get(id)
}

function secretOption(option: string, secret: unknown): VerificationKey {
  if (secret === null) throw wrong(option, secret, 'give the HS256 secret of the issuer, or leave it out')
  const key = signingKey(option, secret)
  if (key.algorithm === 'HS256') return key
  throw new TypeError(`${option} is a private key: give an HS256 secret, or leave it out to fetch the public keys.`)
}
