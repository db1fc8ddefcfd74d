import type { Step } from '../endpoint/endpoint.js'
import { OAuthError } from '../oauth-error.js'
import { scopeTokens } from '../scope.js'

/**
 * Is the scope one that the client may ask for (RFC 6749 section 3.3)? This stands before the password is looked at: a
 * scope error after a right password would tell that it was right.
 */
export const requireScope: Step = (request) => {
  const { client, parameters } = request
  const asked = parameters.get('scope')
  request.scope = asked === undefined ? client.defaultScope : allowed(asked, client.scopes)
}

/** The registered texts, not slices of the body, which would keep the whole body in memory, the password included. */
function allowed(asked: string, scopes: ReadonlyMap<string, string>): string {
  const tokens = scopeTokens(asked).map((token) => {
    const registered = scopes.get(token)
    if (registered === undefined) {
      throw new OAuthError('invalid_scope', 'The scope is unknown, malformed, or more than the client may ask for')
    }
    return registered
  })
  return tokens.join(' ')
}
