import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'

/** May this client use this grant (RFC 6749 section 5.2)? */
export const authorizeClient: Step = ({ client, parameters }) => {
  if (!client.grants.has(parameters.get('grant_type') ?? '')) {
    throw new OAuthError('unauthorized_client', 'The client may not use this grant')
  }
}
