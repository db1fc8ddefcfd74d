import { OAuthError } from '../oauth-error.js'
import type { Step } from './endpoint.js'

/** RFC 6749 section 3.2: the client must use POST. */
export const requirePost: Step = ({ http }) => {
  if (http.method !== 'POST') {
    throw new OAuthError('invalid_request', 'The method must be POST', { status: 405, headers: { Allow: 'POST' } })
  }
}
