import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { algorithmsOf, type SigningAlgorithm } from './signing-algorithm.js'

/** A key that verifies signatures, pinned to one algorithm. */
export interface VerificationKey {
  /** `kid` */
  readonly id: string
  readonly algorithm: SigningAlgorithm
  readonly verifyWith: KeyObject
}

/** Members of a key that can sign (RFC 7518 section 6): who publishes one has lost it. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

const LEAST_RSA_EXPONENT = 3n

/**
 * The public key of a JWK (RFC 7517), pinned to one algorithm: its `alg`, else RS256 for RSA, and the curve's for EC.
 * `undefined` where it is no key to check signatures with: no `kid`, symmetric or private, of another `use` or `key_ops`,
 * weak, malformed, or with an `alg` that it cannot do.
 */
export function verificationKey(jwk: Readonly<Record<string, unknown>>): VerificationKey | undefined {
  const { kid, alg } = jwk
  if (typeof kid !== 'string' || kid === '') return undefined
  if (PRIVATE_MEMBERS.some((member) => member in jwk) || !isToVerify(jwk)) return undefined
  const verifyWith = publicKey(jwk)
  if (verifyWith === undefined) return undefined
  const [usual, ...others] = algorithmsOf(verifyWith)
  const algorithm = alg === undefined ? usual : [usual, ...others].find((one) => one === alg)
  return algorithm === undefined ? undefined : { id: kid, algorithm, verifyWith }
}

/** RFC 7517 sections 4.2 and 4.3; both may be left out. */
function isToVerify({ use, key_ops: operations }: Readonly<Record<string, unknown>>): boolean {
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

function publicKey({ kty, n, e, crv, x, y }: Readonly<Record<string, unknown>>): KeyObject | undefined {
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    const key = parsed({ kty, n, e })
    // With an exponent of 1 everybody can make a signature.
    return (key?.asymmetricKeyDetails?.publicExponent ?? 0n) < LEAST_RSA_EXPONENT ? undefined : key
  }
  if (kty === 'EC' && typeof crv === 'string' && typeof x === 'string' && typeof y === 'string') {
    return parsed({ kty, crv, x, y })
  }
  return undefined
}

/** OpenSSL refuses what is no point of the curve. */
function parsed(jwk: JsonWebKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
