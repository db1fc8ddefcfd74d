import { jwtHeader } from '../../tokens/jwt-header.js'
import { isSignedBy, verifyJwtByKey } from '../../tokens/jwt.js'
import { isRefused } from '../../tokens/refused-jwt.js'
import { shown } from '../../values/shown.js'
import { claimsFault, type TokenExpectation } from './claims-fault.js'
import type { DecodedJwt } from './decoded-jwt.js'
import type { GivenKeys } from './given-keys.js'
import { headerFault } from './header-fault.js'
import { fault, type TokenFault } from './token-fault.js'

export interface ExaminedToken {
  /** The first thing that is wrong, in the order in which one depends on the other; absent where the guard takes the token. */
  readonly fault: TokenFault | undefined
  readonly signature: 'right' | 'wrong' | 'not checked'
}

/** Looks at all of an access token; without keys, at all but its signature. */
export function examinedToken(
  token: string,
  jwt: DecodedJwt,
  keys: GivenKeys | undefined,
  expected: TokenExpectation,
): ExaminedToken {
  const ofHeader = headerFault(token, jwt.header)
  if (ofHeader !== undefined) return { fault: ofHeader, signature: 'not checked' }
  if (keys === undefined) return { fault: claimsFault(jwt.claims, expected), signature: 'not checked' }
  const ofSignature = signatureFault(token, jwt, keys)
  if (ofSignature !== undefined) return { fault: ofSignature, signature: 'wrong' }
  return { fault: claimsFault(jwt.claims, expected) ?? refusal(token, jwt, keys, expected), signature: 'right' }
}

function signatureFault(token: string, { header }: DecodedJwt, keys: GivenKeys): TokenFault | undefined {
  const { kid, alg } = header
  const key = keys.find(String(kid))
  if (key === undefined) {
    const known = keys.ids.map(shown).join(', ')
    return fault('unknown_key', `Its kid is ${shown(kid)}, and the keys of ${keys.place} are ${known}.`)
  }
  if (key.algorithm !== alg) {
    return fault(
      'algorithm_mismatch',
      `Its alg is ${shown(alg)}, and the key that it names is for ${key.algorithm} only.`,
    )
  }
  if (isSignedBy(key, token)) return undefined
  const other = key.id === kid ? '' : ` Its kid is ${shown(kid)}, and that of the key is ${shown(key.id)}.`
  return fault(
    'bad_signature',
    `Its signature is not of the key of ${keys.place}, or it was changed afterwards.${other}`,
  )
}

/** The guard has the last word. */
function refusal(
  token: string,
  { claims }: DecodedJwt,
  keys: GivenKeys,
  { issuer = String(claims['iss']), audience, ...times }: TokenExpectation,
): TokenFault | undefined {
  const header = jwtHeader(token)
  const key = keys.find(header?.keyId ?? '')
  const expected = { type: 'at+jwt', issuer, ...(audience === undefined ? {} : { audience }), ...times } as const
  return header !== undefined && !isRefused(verifyJwtByKey(token, header, key, expected))
    ? undefined
    : fault('refused', 'It is refused, for a reason that has no sentence here.')
}
