import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import { scopeTokens } from '../scope.js'

/**
 * The scope of a refresh (RFC 6749 section 6): what is asked for, within what was granted; all of it where nothing is asked
 * for. It narrows this access token only. What the client may no longer ask for, it no longer gets.
 */
export const requireNarrowerScope: Step = (request) => {
  const { client, parameters, refreshToken } = request
  const granted = scopeTokens(refreshToken.scope).filter((token) => client.scopes.has(token))
  const asked = parameters.get('scope')
  if (asked !== undefined && !scopeTokens(asked).every((token) => granted.includes(token))) {
    throw new OAuthError('invalid_scope', 'The scope is more than was granted')
  }
  const wanted = asked === undefined ? granted : granted.filter((token) => scopeTokens(asked).includes(token))
  request.scope = wanted.join(' ')
}
