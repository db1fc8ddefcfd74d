import { isLoopback } from '../network/loopback.js'
import { quoted } from '../values/shown.js'
import { wrongValue } from './option-kinds.js'

/** `iss` (RFC 8414 section 2), as it was given. @throws TypeError if it is neither an https URL nor an http URL on loopback. */
export function issuerOption(issuer: unknown): string {
  const remedy = `give the server's URL, such as 'https://login.example.com', without query and fragment`
  // Verifiers compare it byte for byte, whereas URL ignores spaces, line ends and backslashes.
  const isUrl = typeof issuer === 'string' && /^https?:\/\/[!-[\]-~]+$/.test(issuer) && URL.canParse(issuer)
  const url = isUrl ? new URL(issuer) : undefined
  if (typeof issuer !== 'string' || url === undefined) throw wrongValue('issuer', issuer, remedy)
  if (/[?#]/.test(issuer) || url.username !== '' || url.password !== '') {
    throw new TypeError(`issuer must have no query, fragment or credentials: ${remedy}.`)
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError(
      `issuer must be an https URL (it is ${quoted(issuer)}): http is allowed for localhost, 127.0.0.1 and [::1] only.`,
    )
  }
  return issuer
}
