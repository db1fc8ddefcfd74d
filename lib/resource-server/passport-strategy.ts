import type { Request } from 'express'
import { OAuthError } from '../oauth-error.js'
import { isPlainObject, optionalFunction } from '../options/option-kinds.js'
import type { AccessTokenAuth, RequireAccessTokenOptions } from './access-token-check.js'
import { rememberedChecks } from './check-access-token.js'
import type { GuardContext } from './guard-context.js'

/** Finds the user of an access token, for `req.user`; `false`, `null` or `undefined` where there is none, which is a 401. */
export type FindTokenUser = (auth: AccessTokenAuth, request: Request) => unknown

/** What Passport puts on a strategy for one request. */
interface StrategyActions {
  success(user: unknown, info: AccessTokenAuth): void
  fail(challenge: string, status: number): void
  error(error: unknown): void
}

/**
 * The guard as a Passport strategy named `bearer`, for routes that use `passport.authenticate('bearer', { session: false,
 * scope: 'contacts.read' })`; `checkRevocation` and `maxAge` are options beside `scope`. `req.user` is what `findUser` returns,
 * by default `{ id }` with the token's `sub`; `req.auth` and `req.authInfo` are the token.
 */
export interface AccessTokenStrategy {
  readonly name: string
  authenticate(request: Request, options?: unknown): void
}

export function passportStrategy(context: GuardContext, findUser?: FindTokenUser): AccessTokenStrategy {
  const userOf = optionalFunction('findUser', findUser) ?? (({ payload }: AccessTokenAuth) => ({ id: payload.sub }))
  const remembered = rememberedChecks(context)

  function checkOf(options: unknown) {
    const { scope, checkRevocation, maxAge } = isPlainObject(options) ? options : {}
    const text = Array.isArray(scope) ? scope.join(' ') : scope
    // the boundary: accessTokenCheck checks them
    return remembered(text as string | undefined, { checkRevocation, maxAge } as RequireAccessTokenOptions)
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
      actions.fail(`Bearer realm="${context.realm}", error="invalid_token"`, 401)
      return
    }
    Object.assign(request, { auth })
    actions.success(user, auth)
  }

  return {
    name: 'bearer',
    // Passport runs it on an object of its own, which has the actions.
    authenticate(this: AccessTokenStrategy | StrategyActions, request, options) {
      const actions = this as StrategyActions
      // What the application's own callback throws.
      authenticate(actions, request, options).catch((error: unknown) => {
        actions.error(error)
      })
    },
  }
}
