import { isPlainObject } from '../../options/option-kinds.js'

/** A JWT taken apart (RFC 7515 section 3.1), of which nothing has been checked. */
export interface DecodedJwt {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** The parts, or a sentence that says why a text is no JWT. It holds nothing of the text. */
export function decodedJwt(text: string): DecodedJwt | string {
  const parts = text.split('.')
  const [header = '', claims = ''] = parts
  if (parts.length === 5) return 'This is an encrypted JWT (five parts): only a signed one, of three parts, is taken.'
  if (parts.length !== 3) return `This is no JWT: it has ${inWords(parts.length)} and not three, delimited by dots.`
  // A signature may be missing: `alg` says so then.
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return 'This is no JWT: it has characters that are not of base64url.'
  const decodedHeader = jsonObject(header)
  if (decodedHeader === undefined) return 'This is no JWT: its header is no JSON object.'
  const decodedClaims = jsonObject(claims)
  if (decodedClaims === undefined) return 'This is no JWT: its claims are no JSON object.'
  return { header: decodedHeader, claims: decodedClaims }
}

function inWords(parts: number): string {
  return parts === 1 ? 'one part' : `${parts} parts`
}

function jsonObject(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString())
    return isPlainObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
