import type { KeyObject } from 'node:crypto'

/** The signature algorithms of access tokens (RFC 7518 section 3.1). */
export const SIGNING_ALGORITHMS = [
  'HS256',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

const MIN_RSA_BITS = 2048

const ALGORITHM_OF_CURVE: Readonly<Record<string, SigningAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** The algorithms that a key can sign with, the usual one first; none for a key that is too weak or of another kind. */
export function algorithmsOf(key: KeyObject): readonly SigningAlgorithm[] {
  if (key.type === 'secret') return ['HS256']
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return modulusLength < MIN_RSA_BITS ? [] : ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
    case 'ec': {
      const algorithm = ALGORITHM_OF_CURVE[namedCurve]
      return algorithm === undefined ? [] : [algorithm]
    }
    default:
      return []
  }
}
