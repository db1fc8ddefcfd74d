import { KeyObject, type JsonWebKey } from 'node:crypto'
import type { SigningKeys } from '../tokens/key-ring.js'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'
import { signingKey } from '../tokens/signing-key.js'
import { withoutNulls, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { SecretUses } from './secret-uses.js'

/** A key: a secret of 32 bytes or more, a private key as PEM, a JWK, or a `KeyObject`. */
export type KeyMaterial = string | Uint8Array | KeyObject | JsonWebKey

/** A signing key, with members that the key itself does not have. */
export interface SigningKeyOptions {
  /** The key itself. Required. */
  key: KeyMaterial
  /** The JWS algorithm. Default: a JWK's `alg`; otherwise HS256 for a secret, RS256 for RSA, and ES256/384/512 by the curve. */
  algorithm?: SigningAlgorithm | undefined
  /** The `kid` in the header of tokens. Default: a JWK's `kid`; otherwise the key's thumbprint (RFC 7638, SHA-256). */
  keyId?: string | undefined
  /**
   * From when the key may sign; it verifies before that too. A string is ISO 8601 with an offset, such as
   * `'2027-01-31T12:00:00Z'`. Default: always.
   */
  signsFrom?: Date | string | undefined
}

/** One signing key, or an array: the first whose `signsFrom` has come signs, all of them verify. */
export type SigningKeysOption = KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[]

/** The keys of a ring, in the order given. @throws TypeError that names the key, what is wrong and what to do. */
export function signingKeysOption(value: unknown): SigningKeys {
  const isList = Array.isArray(value)
  const inputs: readonly unknown[] = isList ? value : [value]
  const [first, ...others] = inputs.map((input, index) => {
    const option = isList ? `signingKeys[${index}]` : 'signingKeys'
    if (input === undefined || input === null) throw wrong(option, input, 'give a secret or a private key')
    return signingKey(option, input)
  })
  if (first === undefined) throw wrong('signingKeys', value, 'give at least one secret or private key')
  const keys = [first, ...others] as const
  const ids = new Set(keys.map(({ id }) => id))
  if (ids.size < keys.length) throw new TypeError('signingKeys has two keys with the same id: give each its own keyId.')
  return keys
}

/** Where keys come from at start-up and at each reload. */
export interface SigningKeysSource {
  readonly first: SigningKeys
  /** The keys given, or what the function returns now. @throws TypeError as at start-up, and if there are neither. */
  readonly read: (given?: unknown) => Promise<SigningKeys>
}

/** @param secrets Learns of every key, so that no secret of a signing key has another use. */
export function signingKeysSource(
  { signingKeys }: Pick<OAuthPasswordGrantOptions, 'signingKeys'>,
  secrets: SecretUses,
): SigningKeysSource {
  const ask = typeof signingKeys === 'function' ? signingKeys : undefined
  const first = ask === undefined ? signingKeys : withoutNullMembers(ask())
  if (first instanceof Promise) {
    first.catch(() => undefined)
    throw new TypeError(
      'signingKeys() is a promise: await the keys before you call oauthPasswordGrant. A promise is allowed only at oauth.keys.reload().',
    )
  }
  return {
    first: checked(signingKeysOption(first), secrets),
    async read(given) {
      if (given === undefined && ask === undefined) {
        throw new TypeError(
          'oauth.keys.reload() has no keys to load, because the option signingKeys is not a function: call reload(signingKeys).',
        )
      }
      return checked(signingKeysOption(given === undefined ? withoutNullMembers(await ask?.()) : given), secrets)
    },
  }
}

/** The function may return rows of a database, in which `null` is absent. */
function withoutNullMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullMembers)
  return value instanceof KeyObject || value instanceof Uint8Array || value instanceof Promise
    ? value
    : withoutNulls(value)
}

function checked(keys: SigningKeys, secrets: SecretUses): SigningKeys {
  keys.forEach(({ signWith }, index) => {
    if (signWith.type === 'secret') secrets.add(keys.length > 1 ? `signingKeys[${index}]` : 'signingKeys', signWith)
  })
  return keys
}
