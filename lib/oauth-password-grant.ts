import type { NextFunction, Request, Response } from 'express'
import type { PasswordCheckGauge } from './admission/password-checks.js'
import { grantAdministration, type GrantAdministration } from './grants/grant-administration.js'
import { loginForm, type AuthenticateAtForm } from './login-form/login-form.js'
import { loginAdministration, type LoginAdministration } from './logins/login-administration.js'
import { keyAdministration, type KeyAdministration } from './keys/key-administration.js'
import { openapiFragment, type OpenApiFragment, type OpenApiOptions } from './openapi/openapi-fragment.js'
import type { OAuthPasswordGrantOptions } from './options/options.js'
import { readOptions } from './options/read-options.js'
import type { Settings } from './options/settings.js'
import type { User } from './resource-owner.js'
import { secondFactorForm, type AuthenticateSecondFactor } from './second-factor-form/second-factor-form.js'
import { ownGuardContext } from './resource-server/own-guard-context.js'
import { guardsOf, type ResourceServer } from './resource-server/resource-server.js'
import { routes, wellKnownRoutes, type Routes } from './routes.js'

/** The middleware, `app.use(oauth)`, with the guards for routes of the same application; other processes use `resourceServer`. */
export interface OAuthPasswordGrant<U extends object = User> extends ResourceServer {
  (request: Request, response: Response, next: NextFunction): void
  readonly grants: GrantAdministration
  readonly keys: KeyAdministration
  /** Switches for an incident. */
  readonly logins: LoginAdministration
  /** The login of the application's own form: see {@link AuthenticateAtForm}. */
  readonly authenticate: AuthenticateAtForm<U>
  /** The second factor of that login: see {@link AuthenticateSecondFactor}. */
  readonly authenticateSecondFactor: AuthenticateSecondFactor<U>
  /** As it is now: its members change. */
  readonly passwordChecks: PasswordCheckGauge
  /**
   * A middleware for the root of the application, `app.use(oauth.wellKnown('/auth'))`, where this one is mounted under a
   * path: it answers the metadata where RFC 8414 section 3.1 looks for it, at the root and with the issuer's path behind.
   *
   * @param mountPath Where this middleware is mounted.
   * @throws TypeError where the option `metadataPath` is `false`.
   */
  readonly wellKnown: (mountPath?: string) => Routes
  /** The endpoints for an OpenAPI 3.1 document: see {@link OpenApiFragment}. */
  readonly openapi: (options?: OpenApiOptions) => OpenApiFragment
}

/**
 * Makes the middleware that gives an Express app a token endpoint for the password grant (RFC 6749 section 4.3). It answers
 * the requests to its own paths, always with JSON, and leaves every other request alone.
 *
 * RFC 9700 section 2.4 says that this grant must not be used by new designs.
 *
 * @throws TypeError where an option is wrong: which, what is wrong, what to do.
 */
export function oauthPasswordGrant<U extends object = User>(
  options: OAuthPasswordGrantOptions<U>,
): OAuthPasswordGrant<U> {
  // The users that its hooks take are those that its own functions answer.
  const settings = readOptions(options as unknown as OAuthPasswordGrantOptions)
  const answerOrPass = routes(settings)

  function oauthPasswordGrant(request: Request, response: Response, next: NextFunction): void {
    answerOrPass(request, response, next)
  }
  return Object.assign(oauthPasswordGrant, {
    grants: grantAdministration(settings),
    keys: keyAdministration(settings),
    logins: loginAdministration(settings),
    authenticate: loginForm(settings) as AuthenticateAtForm<U>, // whoever its own functions answer
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
