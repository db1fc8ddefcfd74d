import type { NextFunction, Request, Response } from 'express'
import type { PasswordCheckGauge } from './admission/password-checks.js'
import { grantAdministration, type GrantAdministration } from './administration/grant-administration.js'
import { loginForm, type AuthenticateAtForm } from './login/login-form.js'
import { loginAdministration, type LoginAdministration } from './administration/login-administration.js'
import { keyAdministration, type KeyAdministration } from './administration/key-administration.js'
import { openapiFragment, type OpenApiFragment, type OpenApiOptions } from './openapi/openapi-fragment.js'
import type { OAuthPasswordGrantOptions } from './options/options.js'
import { readOptions } from './options/read-options.js'
import type { Settings } from './options/settings.js'
import type { User } from './resource-owner.js'
import { secondFactorForm, type AuthenticateSecondFactor } from './login/second-factor-form.js'
import { ownGuardContext } from './resource-server/own-guard-context.js'
import { guardsOf, type ResourceServer } from './resource-server/resource-server.js'
import { routes, wellKnownRoutes, type Routes } from './routes.js'

/** The middleware, `app.use(oauth)`, with the guards for routes of the same application; other processes use `resourceServer`. */
export interface OAuthPasswordGrant<U extends object = User> extends ResourceServer {
  (request: Request, response: Response, next: NextFunction): void
  /** Lists and revokes grants: the sessions of users, each begun by one login. See {@link GrantAdministration}. */
  readonly grants: GrantAdministration
  /** Lists the signing keys, and replaces them while the server runs. See {@link KeyAdministration}. */
  readonly keys: KeyAdministration
  /** Stops new logins during an incident, of one client or all, and lets them in again. See {@link LoginAdministration}. */
  readonly logins: LoginAdministration
  /** Checks a user name and a password for a login form of the application: see {@link AuthenticateAtForm}. */
  readonly authenticate: AuthenticateAtForm<U>
  /** Checks the second factor for such a form: see {@link AuthenticateSecondFactor}. */
  readonly authenticateSecondFactor: AuthenticateSecondFactor<U>
  /** How many password checks run and wait at this moment; its members change. See {@link PasswordCheckGauge}. */
  readonly passwordChecks: PasswordCheckGauge
  /**
   * Makes a middleware for the root of the application, `app.use(oauth.wellKnown('/auth'))`, for when this one is mounted under a
   * path: it serves the metadata where clients look for it, at the root with the issuer's path appended (RFC 8414 section 3.1).
   *
   * @param mountPath Where this middleware is mounted.
   * @throws TypeError if the option `metadataPath` is `false`.
   */
  readonly wellKnown: (mountPath?: string) => Routes
  /** Describes the endpoints for an OpenAPI 3.1 document: see {@link OpenApiFragment}. */
  readonly openapi: (options?: OpenApiOptions) => OpenApiFragment
}

/**
 * Makes the middleware that gives an Express app a token endpoint for the password grant (RFC 6749 section 4.3). It responds to
 * requests to its own paths, always with JSON, and passes on every other request.
 *
 * RFC 9700 section 2.4 says that new designs must not use this grant.
 *
 * @throws TypeError if an option is wrong: it names the option, what was found and what to do.
 */
export function oauthPasswordGrant<U extends object = User>(
  options: OAuthPasswordGrantOptions<U>,
): OAuthPasswordGrant<U> {
  // The users that its hooks are called with are those that its own functions returned.
  const settings = readOptions(options as unknown as OAuthPasswordGrantOptions)
  const answerOrPass = routes(settings)

  function oauthPasswordGrant(request: Request, response: Response, next: NextFunction): void {
    answerOrPass(request, response, next)
  }
  return Object.assign(oauthPasswordGrant, {
    grants: grantAdministration(settings),
    keys: keyAdministration(settings),
    logins: loginAdministration(settings),
    authenticate: loginForm(settings) as AuthenticateAtForm<U>, // the users are those that its own functions returned
    authenticateSecondFactor: secondFactorForm(settings) as AuthenticateSecondFactor<U>, // likewise
    passwordChecks: gauge(settings),
    ...guardsOf(ownGuardContext(settings)),
    wellKnown: (mountPath?: string) => wellKnownRoutes(settings, mountPath),
    openapi: (options?: OpenApiOptions) => openapiFragment(settings, options),
  })
}

function gauge({ passwordChecks }: Settings): PasswordCheckGauge {
  return {
    get inFlight() {
      return passwordChecks.inFlight
    },
    get waiting() {
      return passwordChecks.waiting
    },
  }
}
