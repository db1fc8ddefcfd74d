import { OAuthError } from '../oauth-error.js'
import type { Step } from './endpoint.js'

/** For what is read: GET, or HEAD, which Node answers without the body. */
export const requireGet: Step = ({ http }) => {
  if (http.method !== 'GET' && http.method !== 'HEAD') {
    throw new OAuthError('invalid_request', 'The method must be GET', { status: 405, headers: { Allow: 'GET, HEAD' } })
  }
}
