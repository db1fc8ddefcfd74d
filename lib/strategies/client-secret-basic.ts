import type { Request } from 'express'
import { authorizationHeaders } from '../network/authorization-headers.js'
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
