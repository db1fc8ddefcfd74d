import { isAscii, isUtf8 } from 'node:buffer'
import { OAuthError } from '../oauth-error.js'

const AMPERSAND = 0x26
const EQUALS = 0x3d

/** The longest request of the protocol has some fifteen parameters; each one more costs work. */
export const MOST_PARAMETERS = 100

/**
 * The parameters of an `application/x-www-form-urlencoded` body (RFC 6749 appendix B), strictly: UTF-8, no malformed
 * percent-encoding, no parameter twice (section 3.2), at most {@link MOST_PARAMETERS}. One without a value counts as absent
 * (section 3.1).
 * @throws OAuthError invalid_request
 */
export function decodeForm(body: Buffer): Map<string, string> {
  if (!isUtf8(body)) throw malformed()
  const encoding = isAscii(body) ? 'latin1' : 'utf8'
  const form = new Form()
  for (let start = 0, end = 0; start < body.length; start = end + 1) {
    end = indexOf(body, AMPERSAND, start, body.length)
    if (end === start) continue
    const equals = body.subarray(start, end).indexOf(EQUALS)
    const nameEnd = equals < 0 ? end : start + equals
    // From the bytes, and not from one text of the whole body: a part of that keeps all of it in memory, the password included.
    form.keep(decode(body.toString(encoding, start, nameEnd)), decode(body.toString(encoding, nameEnd + 1, end)))
  }
  return form.parameters
}

/**
 * The parameters that a body parser of the application has already decoded. A list is a repeated parameter; an object is
 * what an extended parser makes of `username[$ne]`.
 * @throws OAuthError invalid_request
 */
export function parsedForm(body: object): Map<string, string> {
  const form = new Form()
  for (const [name, value] of Object.entries(body) as [string, unknown][]) {
    if (Array.isArray(value)) throw repeated()
    // A parser that is not strict puts U+FFFD where bytes were no UTF-8.
    if (typeof value !== 'string' || value.includes('\ufffd')) throw malformed()
    form.keep(name, value)
  }
  return form.parameters
}

class Form {
  readonly parameters = new Map<string, string>()
  readonly #names = new Set<string>()

  keep(name: string, value: string): void {
    if (this.#names.has(name)) throw repeated()
    if (this.#names.size >= MOST_PARAMETERS) throw tooMany()
    this.#names.add(name)
    if (value !== '') this.parameters.set(name, value)
  }
}

function indexOf(bytes: Buffer, byte: number, start: number, otherwise: number): number {
  const index = bytes.indexOf(byte, start)
  return index < 0 ? otherwise : index
}

function decode(encoded: string): string {
  const text = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw malformed()
  }
}

function malformed(): OAuthError {
  return new OAuthError(
    'invalid_request',
    'The body is not a well-formed application/x-www-form-urlencoded form in UTF-8',
  )
}

function repeated(): OAuthError {
  return new OAuthError('invalid_request', 'A parameter is repeated')
}

function tooMany(): OAuthError {
  return new OAuthError('invalid_request', `The form has more than ${MOST_PARAMETERS} parameters`)
}
