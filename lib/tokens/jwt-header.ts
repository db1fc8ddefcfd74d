import { deeplyFrozen } from '../values/deeply-frozen.js'
import { nestsDeeperThan } from '../values/nests-deeper-than.js'
import { DEEPEST_JSON } from './token-bounds.js'

/** The header of a JWT (RFC 7515 section 4), parsed and nothing more. */
export interface JwtHeader {
  readonly header: Readonly<Record<string, unknown>>
  /** `kid` */
  readonly keyId: string
  /** `alg` */
  readonly algorithm: string
  /** `typ`, in lower case and without its `application/` (RFC 7515 section 4.1.9). */
  readonly type: string
  /** Whether it has `crit`, of which we understand nothing (section 4.1.11). */
  readonly isCritical: boolean
}

/** What all tokens of one key have in common is parsed once. */
const MOST_REMEMBERED = 64
const LONGEST_REMEMBERED = 512
const remembered = new Map<string, JwtHeader>()

/** The header of a token, or `undefined` where it is none that we could have made: no JSON object, or without `kid` or `alg`. */
export function jwtHeader(token: string): JwtHeader | undefined {
  const encoded = token.slice(0, token.indexOf('.'))
  const known = remembered.get(encoded)
  if (known !== undefined) return known
  const header = parsedHeader(encoded)
  if (header === undefined || encoded.length > LONGEST_REMEMBERED) return header
  // Whoever floods us with headers of his own making costs the others one parsing.
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  // A text to itself: a slice would keep the whole token in memory.
  remembered.set(Buffer.from(encoded, 'latin1').toString('latin1'), header)
  return header
}

function parsedHeader(encoded: string): JwtHeader | undefined {
  const header = objectOf(Buffer.from(encoded, 'base64url').toString())
  const { kid, alg, typ } = header ?? {}
  if (header === undefined || nestsDeeperThan(DEEPEST_JSON, header)) return undefined
  if (typeof kid !== 'string' || typeof alg !== 'string') return undefined
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
  return Object.freeze({ header: deeplyFrozen(header), keyId: kid, algorithm: alg, type, isCritical: 'crit' in header })
}

function objectOf(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
