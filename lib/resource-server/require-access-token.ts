import type { NextFunction, Request, Response } from 'express'
import { answerError } from '../endpoint/answer-error.js'
import { OAuthError } from '../oauth-error.js'
import { knownMembers, nonEmptyText, wrong } from '../options/option-kinds.js'
import type { Settings } from '../options/settings.js'
import { isScopeToken, scopeTokens } from '../scope.js'
import type { Claims } from '../tokens/jwt.js'
import { bearerToken } from './bearer-token.js'

/** `req.auth` behind the guard, in the shape of express-oauth2-jwt-bearer. */
export interface AccessTokenAuth {
  readonly header: Readonly<Record<string, unknown>>
  readonly payload: Claims
  readonly token: string
}

export interface RequireAccessTokenOptions {
  /** Asks the grant store at each request, so that a revoked grant ends at once and not with its access token. Default: false. */
  livingGrant?: boolean
}

/**
 * Lets a request through that carries an access token of ours for our audience and with all of the scope, and puts the token's
 * claims in `req.auth`. Else it answers by RFC 6750 section 3: 401 without a code where nothing was sent, 401 `invalid_token`,
 * 403 `insufficient_scope`, 400 `invalid_request`.
 *
 * @throws TypeError where the scope is malformed.
 */
export type RequireAccessToken = (
  scope?: string,
  options?: RequireAccessTokenOptions,
) => (request: Request, response: Response, next: NextFunction) => void

export function accessTokenGuard(settings: Settings): RequireAccessToken {
  return (scope, options = {}) => {
    const required = requiredScope(scope)
    const { livingGrant = false } = knownMembers('The second argument of requireAccessToken', options, {
      livingGrant: true,
    })
    if (typeof livingGrant !== 'boolean') throw wrong('livingGrant', livingGrant, 'give true or false')
    if (livingGrant && settings.grants === undefined) {
      throw new TypeError('livingGrant asks for grants, and none are kept: refreshTokens is false.')
    }

    return function requireAccessToken(request, response, next) {
      check(settings, request, required, livingGrant)
        .then(
          (auth) => {
            Object.assign(request, { auth })
            next()
          },
          (error: unknown) => {
            answerError(settings, request, response, challenged(settings, required, error))
          },
        )
        .catch(next)
    }
  }
}

function requiredScope(scope: string | undefined): readonly string[] {
  if (scope === undefined) return []
  const required = scopeTokens(nonEmptyText('scope', scope))
  if (required.length > 0 && required.every(isScopeToken)) return required
  throw wrong('scope', scope, 'give scope tokens delimited by spaces, or leave it out to require none')
}

/** RFC 6750 section 3.1: a request that says nothing of a token is told no error code. */
const NOTHING_SENT = new OAuthError('invalid_token', 'An access token is required')

async function check(
  settings: Settings,
  request: Request,
  required: readonly string[],
  livingGrant: boolean,
): Promise<AccessTokenAuth> {
  const token = bearerToken(request)
  if (token === undefined) throw NOTHING_SENT
  const now = Date.now()
  const verified = settings.accessTokens.verify(token, Math.floor(now / 1000))
  if (verified === undefined || !isForUs(settings, verified.claims)) throw invalidToken()
  const { header, claims } = verified
  if (livingGrant && (await settings.grants?.store.find(String(claims['sid']), now)) === undefined) throw invalidToken()
  const granted = scopeTokens(String(claims['scope']))
  if (!required.every((scope) => granted.includes(scope))) {
    throw new OAuthError('insufficient_scope', 'The access token has too little scope')
  }
  return { header, payload: claims, token }
}

function isForUs({ audience }: Settings, { aud }: Claims): boolean {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return [audience].flat().some((ours) => audiences.includes(ours))
}

/** The same words whatever the cause. */
function invalidToken(): OAuthError {
  return new OAuthError('invalid_token', 'The access token is invalid, expired or revoked')
}

/** The refusal with its challenge (RFC 6750 section 3); what is no refusal stays as it is, for a 500. */
function challenged({ realm }: Settings, required: readonly string[], error: unknown): unknown {
  if (!(error instanceof OAuthError)) return error
  const attributes = [`realm="${realm}"`]
  if (error !== NOTHING_SENT) attributes.push(`error="${error.code}"`, `error_description="${error.message}"`)
  if (error.code === 'insufficient_scope') attributes.push(`scope="${required.join(' ')}"`)
  return new OAuthError(error.code, error.message, {
    headers: { 'WWW-Authenticate': `Bearer ${attributes.join(', ')}` },
  })
}
