import { signingKey, type SigningKey } from '../tokens/signing-key.js'
import { wrong } from './option-kinds.js'

/** The key ring: the first signs, all verify. */
export function signingKeysOption(value: unknown): readonly [SigningKey, ...SigningKey[]] {
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
