import type { IncomingMessage } from 'node:http'
import { authorizationHeaders } from '../network/authorization-headers.js'
import { OAuthError } from '../oauth-error.js'
import { LONGEST_TOKEN } from '../tokens/token-bounds.js'
import { INVALID_TOKEN } from './challenge.js'

/**
 * `b64token` after a scheme in any case (RFC 6750 section 2.1, RFC 9110 section 11.1). Spelt out, because the flag `i` makes
 * it compare each character of the token in both cases.
 */
const BEARER = /^[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]+=*) *$/

const BEARER_SCHEME = /^bearer(?: |$)/i

const LONGEST_HEADER = 'Bearer '.length + LONGEST_TOKEN

/**
 * The token of the `Authorization` header; `undefined` if the request does not mention a Bearer token; or an `invalid_request`
 * if the header is malformed, or if there is a second token in another header or in the query string (RFC 6750 section 2). For
 * a header that is too long to have a valid token it is `invalid_token`.
 * Tokens in the query string or the body (sections 2.2 and 2.3) are never accepted.
 */
export function bearerToken(request: IncomingMessage): string | OAuthError | undefined {
  const { headers, url = '' } = request
  const { authorization } = headers
  if (authorization === undefined) return undefined
  if (authorization.length > LONGEST_HEADER) return BEARER_SCHEME.test(authorization) ? INVALID_TOKEN : undefined
  const [, token] = BEARER.exec(authorization) ?? []
  if (token === undefined) {
    return BEARER_SCHEME.test(authorization) ? malformed('The Authorization header is malformed') : undefined
  }
  return isInQuery(url) || authorizationHeaders(request) > 1 ? malformed('There is more than one access token') : token
}

function isInQuery(url: string): boolean {
  const query = url.indexOf('?')
  return query >= 0 && new URLSearchParams(url.slice(query)).has('access_token')
}

function malformed(description: string): OAuthError {
  return new OAuthError('invalid_request', description)
}
