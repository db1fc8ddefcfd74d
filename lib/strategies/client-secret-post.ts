import type { Request } from 'express'
import type { ClientAuthenticationWay } from './client-authentication-way.js'
import type { ClientVerdict } from './client-verdict.js'

/** The credentials that a client sent in the body. */
export interface BodyCredentials {
  readonly id: string
  readonly secret: string | undefined
}

/** Credentials in the body (RFC 6749 section 2.3.1). */
export function clientSecretPost(
  authenticate: (request: Request, credentials: BodyCredentials) => Promise<ClientVerdict>,
): ClientAuthenticationWay {
  return {
    method: 'client_secret_post',
    parameters: { client_secret: { type: 'string', format: 'password' } },
    isFor: ({ secretDigests }) => secretDigests.length > 0,
    presented: ({ parameters }) => Number(parameters.has('client_secret')),
    async authenticate({ http, parameters }) {
      const id = parameters.get('client_id')
      if (id === undefined) return { reason: 'no_credentials' }
      return authenticate(http, { id, secret: parameters.get('client_secret') })
    },
  }
}
