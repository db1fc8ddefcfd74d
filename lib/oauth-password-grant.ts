import type { NextFunction, Request, Response } from 'express'
import type { Endpoint } from './endpoint/endpoint.js'
import { grantAdministration, type GrantAdministration } from './grants/grant-administration.js'
import { introspectionEndpoint } from './introspection-endpoint/introspection-endpoint.js'
import { keyAdministration, type KeyAdministration } from './keys/key-administration.js'
import type { OAuthPasswordGrantOptions } from './options/options.js'
import { readOptions } from './options/read-options.js'
import type { Settings } from './options/settings.js'
import type { User } from './resource-owner.js'
import { passportStrategy, type AccessTokenStrategy, type FindTokenUser } from './resource-server/passport-strategy.js'
import { ownResourceServer } from './resource-server/own-resource-server.js'
import { accessTokenGuard, type RequireAccessToken } from './resource-server/require-access-token.js'
import { revocationEndpoint } from './revocation-endpoint/revocation-endpoint.js'
import { tokenEndpoint } from './token-endpoint/token-endpoint.js'

/** The middleware: `app.use(oauth)`. */
export interface OAuthPasswordGrant {
  (request: Request, response: Response, next: NextFunction): void
  readonly grants: GrantAdministration
  readonly keys: KeyAdministration
  /** Guards a route of the same application: see {@link RequireAccessToken}. Elsewhere there is `requireAccessToken({ issuer, audience })`. */
  readonly requireAccessToken: RequireAccessToken
  /** The same guard for `passport.authenticate('bearer')`: see {@link AccessTokenStrategy}. */
  readonly accessTokenStrategy: (findUser?: FindTokenUser) => AccessTokenStrategy
}

/**
 * Makes the middleware that gives an Express app a token endpoint for the password grant (RFC 6749 section 4.3). It answers
 * the requests to its own paths, always with JSON, and leaves every other request alone.
 *
 * RFC 9700 section 2.4 says that this grant must not be used by new designs.
 *
 * @throws TypeError where an option is wrong: which, what is wrong, what to do.
 */
export function oauthPasswordGrant<U extends User = User>(options: OAuthPasswordGrantOptions<U>): OAuthPasswordGrant {
  // The users that its hooks take are those that its own functions answer.
  const settings = readOptions(options as unknown as OAuthPasswordGrantOptions)
  const endpoints = endpointsByPath(settings)
  const resourceServer = ownResourceServer(settings)

  function oauthPasswordGrant(request: Request, response: Response, next: NextFunction): void {
    const endpoint = endpoints.get(withoutTrailingSlash(request.path))
    if (endpoint === undefined) next()
    else endpoint(request, response).catch(next)
  }
  return Object.assign(oauthPasswordGrant, {
    grants: grantAdministration(settings),
    keys: keyAdministration(settings),
    requireAccessToken: accessTokenGuard(resourceServer),
    accessTokenStrategy: (findUser?: FindTokenUser) => passportStrategy(resourceServer, findUser),
  })
}

function endpointsByPath(settings: Settings): ReadonlyMap<string, Endpoint> {
  const { token, revocation, introspection } = settings.paths
  const endpoints = new Map([[token, tokenEndpoint(settings)]])
  if (revocation !== false) endpoints.set(revocation, revocationEndpoint(settings))
  if (introspection !== false) endpoints.set(introspection, introspectionEndpoint(settings))
  return endpoints
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
