import { isUtf8 } from 'node:buffer'
import { LONGEST_CLIENT_CREDENTIAL } from '../client.js'

export interface ClientCredentials {
  readonly id: string
  readonly secret: string
}

const BASIC = /^basic +([a-z0-9+/_-]+={0,2}) *$/i

/** Of two credentials that are as long as they may be, with each character form-encoded (3 bytes), in base64 (4 for 3). */
const LONGEST_HEADER = 'Basic '.length + 2 * 4 * LONGEST_CLIENT_CREDENTIAL + 4

/** What form encoding leaves as it is or produces (WHATWG URL; encodeURIComponent leaves a few more). */
const FORM_ENCODED = /^[a-z0-9*._~!'()+%-]*$/i

/**
 * The credentials of an `Authorization: Basic` header (RFC 7617): UTF-8, cut at the first colon, each part form-decoded
 * (RFC 6749 section 2.3.1). A part that cannot have been encoded is taken as it is, for many clients do not encode.
 * `undefined` for any other scheme, and for a header that is malformed or too long.
 */
export function basicCredentials(authorization: string): ClientCredentials | undefined {
  if (authorization.length > LONGEST_HEADER) return undefined
  const [, encoded] = BASIC.exec(authorization) ?? []
  if (encoded === undefined) return undefined
  const bytes = Buffer.from(encoded, 'base64')
  if (!isUtf8(bytes)) return undefined
  const text = bytes.toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  return { id: formDecoded(text.slice(0, colon)), secret: formDecoded(text.slice(colon + 1)) }
}

/**
 * `%2D` is what oauth4webapi sends for `-`. A `+` is a space only in a text that could have been form-encoded: the
 * base64 secret `a+b/c=`, sent raw, has characters that no encoder leaves. A `%` that starts no triplet was not encoded.
 */
function formDecoded(part: string): string {
  if (!part.includes('%') && !part.includes('+')) return part
  try {
    return decodeURIComponent(FORM_ENCODED.test(part) ? part.replaceAll('+', ' ') : part)
  } catch {
    return part
  }
}
