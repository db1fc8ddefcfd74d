import type { Request } from 'express'
import { OAuthError } from '../oauth-error.js'
import { isPlainObject, optionalFunction } from '../options/option-kinds.js'
import type {
  AccessTokenAuth,
  CheckAccessToken,
  RequireAccessTokenOptions,
  ResourceServer,
} from './require-access-token.js'
import { accessTokenCheck } from './require-access-token.js'

/** Finds the user of an access token, for `req.user`; `false`, `null` or `undefined` where there is none, which is a 401. */
export type FindTokenUser = (auth: AccessTokenAuth, request: Request) => unknown

/** What Passport puts on a strategy for one request. */
interface StrategyActions {
  success(user: unknown, info: AccessTokenAuth): void
  fail(challenge: string, status: number): void
  error(error: unknown): void
}

/**
 * The guard as a Passport strategy of the name `bearer`, for routes that say `passport.authenticate('bearer', { session:
 * false, scope: 'contacts.read' })`; `livingGrant` and `maxAge` may stand beside `scope`. `req.user` is what `findUser`
 * answers, by default `{ id }` with the token's `sub`; `req.auth` and `req.authInfo` are the token.
 */
export interface AccessTokenStrategy {
  readonly name: string
  authenticate(request: Request, options?: unknown): void
}

export function passportStrategy(server: ResourceServer, findUser?: FindTokenUser): AccessTokenStrategy {
  const userOf = optionalFunction('findUser', findUser) ?? (({ payload }: AccessTokenAuth) => ({ id: payload['sub'] }))
  const checks = new Map<string, CheckAccessToken>()

  /** The routes of an application are few, and each says the same at each request. */
  function checkOf(options: unknown): CheckAccessToken {
    const { scope, livingGrant, maxAge } = isPlainObject(options) ? options : {}
    const text = Array.isArray(scope) ? scope.join(' ') : scope
    const wanted = {
      ...(livingGrant === undefined ? {} : { livingGrant }),
      ...(maxAge === undefined ? {} : { maxAge }),
    }
    const name = JSON.stringify([text, wanted])
    const known = checks.get(name)
    if (known !== undefined) return known
    // the boundary: what they are is checked by accessTokenCheck
    const check = accessTokenCheck(server, text as string | undefined, wanted as RequireAccessTokenOptions)
    checks.set(name, check)
    return check
  }

  async function authenticate(actions: StrategyActions, request: Request, options: unknown): Promise<void> {
    let auth: AccessTokenAuth
    let user: unknown
    try {
      auth = await checkOf(options)(request)
      user = await userOf(auth, request)
    } catch (error) {
      const challenge = error instanceof OAuthError ? error.headers['WWW-Authenticate'] : undefined
      if (error instanceof OAuthError && challenge !== undefined) actions.fail(challenge, error.status)
      else actions.error(error)
      return
    }
    if (user === false || user === null || user === undefined) {
      actions.fail(`Bearer realm="${server.realm}", error="invalid_token"`, 401)
      return
    }
    Object.assign(request, { auth })
    actions.success(user, auth)
  }

  return {
    name: 'bearer',
    // Passport runs it on an object of its own, which has the actions.
    authenticate(this: AccessTokenStrategy | StrategyActions, request, options) {
      void authenticate(this as StrategyActions, request, options)
    },
  }
}
