import type { Step } from '../endpoint/endpoint.js'
import { MFA_GRANT_TYPE } from '../mfa-grant-type.js'
import { OAuthError } from '../oauth-error.js'

/** May this client use this grant (RFC 6749 section 5.2)? A second factor ends what the password grant began. */
export const authorizeClient: Step = ({ client, parameters }) => {
  const grantType = parameters.get('grant_type') ?? ''
  if (!client.grantTypes.has(grantType === MFA_GRANT_TYPE ? 'password' : grantType)) {
    throw new OAuthError('unauthorized_client', 'The client may not use this grant')
  }
}
