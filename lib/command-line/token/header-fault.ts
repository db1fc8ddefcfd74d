import { LONGEST_TOKEN } from '../../tokens/token-bounds.js'
import { SIGNING_ALGORITHMS } from '../../tokens/signing-algorithm.js'
import { shown } from '../../values/shown.js'
import { fault, type TokenFault } from './token-fault.js'

/** What keeps a JWT from being an access token before its signature is looked at. */
export function headerFault(token: string, header: Readonly<Record<string, unknown>>): TokenFault | undefined {
  const { typ, alg, kid } = header
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : undefined
  if (token.length > LONGEST_TOKEN) {
    return fault('too_long', `It has ${token.length} characters, and more than ${LONGEST_TOKEN} are not taken.`)
  }
  if (type === 'rt+jwt') {
    return fault(
      'refresh_token',
      'This is a refresh token, where an access token is expected: it is for the token endpoint only.',
    )
  }
  if (type !== 'at+jwt') {
    return fault('wrong_type', `Its typ is ${shown(typ)}, and that of an access token is "at+jwt" (RFC 9068).`)
  }
  if ('crit' in header) {
    return fault(
      'critical_header',
      `Its header has crit, ${shown(header['crit'])}, of which nothing is understood here.`,
    )
  }
  if (typeof alg === 'string' && alg.toLowerCase() === 'none') {
    return fault('not_signed', 'It is not signed (alg none): anybody can have made it.')
  }
  if (!SIGNING_ALGORITHMS.some((one) => one === alg)) {
    return fault('unknown_algorithm', `Its alg is ${shown(alg)}, which is none of ${SIGNING_ALGORITHMS.join(', ')}.`)
  }
  if (typeof kid !== 'string') return fault('no_key_id', 'Its header has no kid, which says by what key it is signed.')
  return undefined
}
