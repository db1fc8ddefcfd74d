import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'

/** Whoever asks must have shown who he is (RFC 7662 section 2.1): a public client has not. */
export const requireConfidentialClient: Step = ({ client }) => {
  if (client.isPublic) throw new OAuthError('unauthorized_client', 'A public client may not introspect')
}
