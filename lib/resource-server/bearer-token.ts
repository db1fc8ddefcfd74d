import type { Request } from 'express'
import { OAuthError } from '../oauth-error.js'

/** `b64token` after a scheme in any case (RFC 6750 section 2.1, RFC 9110 section 11.1). */
const BEARER = /^bearer +([a-z0-9._~+/-]+=*) *$/i

/**
 * The token of the `Authorization` header, or `undefined` where the request says nothing of a Bearer token. Tokens in the query
 * string and in the body (RFC 6750 sections 2.2 and 2.3) are not looked at.
 * @throws OAuthError invalid_request where what it says is malformed.
 */
export function bearerToken({ headers }: Request): string | undefined {
  const { authorization } = headers
  if (authorization === undefined || !/^bearer(?: |$)/i.test(authorization)) return undefined
  const [, token] = BEARER.exec(authorization) ?? []
  if (token === undefined) throw new OAuthError('invalid_request', 'The Authorization header is malformed')
  return token
}
