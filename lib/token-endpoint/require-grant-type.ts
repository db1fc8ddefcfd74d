import type { Step } from '../endpoint/endpoint.js'
import { MFA_GRANT_TYPE } from '../mfa-grant-type.js'
import { OAuthError } from '../oauth-error.js'

/** The parameters that each grant requires (RFC 6749 sections 4.3.2 and 6), and that of ours for second factors. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  password: ['username', 'password'],
  refresh_token: ['refresh_token'],
  [MFA_GRANT_TYPE]: ['mfa_token', 'otp'],
}

/** Requires `grant_type` to be one that this endpoint knows, and the parameters of that grant to be there. */
export function requireGrantType(known: readonly string[]): Step {
  return function requireGrantType({ parameters }) {
    const grantType = parameters.get('grant_type')
    if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is missing')
    if (!known.includes(grantType)) {
      throw new OAuthError('unsupported_grant_type', `grant_type must be ${known.join(' or ')}`)
    }
    for (const name of REQUIRED[grantType] ?? []) {
      if (!parameters.has(name)) throw new OAuthError('invalid_request', `${name} is missing`)
    }
  }
}
