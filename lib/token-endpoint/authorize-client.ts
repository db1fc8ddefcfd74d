import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'

/** Requires the client to be registered for the grant type (RFC 6749 section 5.2). */
export const authorizeClient: Step = ({ client, grantType }) => {
  if (!client.grantTypes.has(grantType.registeredAs)) {
    throw new OAuthError('unauthorized_client', 'The client may not use this grant')
  }
}
