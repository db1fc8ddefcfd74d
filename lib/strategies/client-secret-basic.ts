import type { Request } from 'express'
import type { ClientAuthenticationWay } from './client-authentication-way.js'
import type { ClientVerdict } from './client-verdict.js'

/** HTTP Basic (RFC 6749 section 2.3.1). */
export function clientSecretBasic(authenticate: (request: Request) => Promise<ClientVerdict>): ClientAuthenticationWay {
  return {
    method: 'client_secret_basic',
    parameters: {},
    isFor: ({ secretDigests }) => secretDigests.length > 0,
    presented: ({ http }) => authorizationHeaders(http),
    authenticate: ({ http }) => authenticate(http),
  }
}

/** Node's `headers` has only the first of several. */
function authorizationHeaders({ headers, rawHeaders }: Request): number {
  if (headers.authorization === undefined) return 0
  const { length } = 'authorization'
  return rawHeaders.filter(
    (text, index) => text.length === length && index % 2 === 0 && text.toLowerCase() === 'authorization',
  ).length
}
