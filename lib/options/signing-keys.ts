import type { SigningKeys } from '../tokens/key-ring.js'
import { signingKey } from '../tokens/signing-key.js'
import { refreshSecret } from './grants.js'
import { isPlainObject, wrong } from './option-kinds.js'
import type { OAuthPasswordGrantOptions } from './options.js'

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
  if (ids.size < keys.length) throw new TypeError('signingKeys has two keys of one id: give each its own keyId.')
  return keys
}

/** Where keys come from at start-up and at each reload. */
export interface SigningKeysSource {
  readonly first: SigningKeys
  /** The keys given, or what the function answers now. @throws TypeError as at start-up, also where there is no function to ask. */
  readonly read: (given?: unknown) => Promise<SigningKeys>
}

export function signingKeysSource({
  signingKeys,
  refreshTokens,
}: Pick<OAuthPasswordGrantOptions, 'signingKeys' | 'refreshTokens'>): SigningKeysSource {
  const ask = typeof signingKeys === 'function' ? signingKeys : undefined
  const first = ask === undefined ? signingKeys : ask()
  if (first instanceof Promise) {
    first.catch(() => undefined)
    throw new TypeError(
      'signingKeys answers a promise: at start-up give the keys themselves, read before; at a reload it may be a promise.',
    )
  }
  // What it is is checked by `grantsOption`.
  const secret = isPlainObject(refreshTokens) ? refreshTokens['secret'] : undefined
  return {
    first: signingKeysOption(first),
    async read(given) {
      if (given === undefined && ask === undefined) {
        throw new TypeError('Give reload the signing keys: the option signingKeys is no function that could be asked.')
      }
      const keys = signingKeysOption(given === undefined ? await ask?.() : given)
      if (secret !== undefined) refreshSecret(secret, keys)
      return keys
    },
  }
}
