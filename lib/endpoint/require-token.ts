import { OAuthError } from '../oauth-error.js'
import type { Step } from './endpoint.js'

/** RFC 7009 section 2.1 and RFC 7662 section 2.1: `token` is required. */
export const requireToken: Step = ({ parameters }) => {
  if (!parameters.has('token')) throw new OAuthError('invalid_request', 'token is missing')
}
