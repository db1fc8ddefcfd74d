import { KeyObject } from 'node:crypto'
import type { SigningKeys } from '../tokens/key-ring.js'
import { signingKey } from '../tokens/signing-key.js'
import { withoutNulls, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'
import type { SecretUses } from './secret-uses.js'

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
