import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import { answerRefusal } from '../endpoint/answer-error.js'
import { RETRY_AFTER_SECONDS } from '../endpoint/refusal-of.js'
import { lifetimeSeconds, timerSeconds, type Lifetime } from '../lifetime.js'
import { OAuthError } from '../oauth-error.js'
import { errorsOption } from '../options/errors.js'
import { issuerOption } from '../options/issuer.js'
import { knownMembers, oneOrMore } from '../options/option-kinds.js'
import type { ErrorContext } from '../options/options.js'
import type { KeyMaterial, SigningKeyOptions } from '../options/signing-key-options.js'
import { realmOption } from '../options/realm.js'
import { passportStrategy, type AccessTokenStrategy, type FindTokenUser } from './passport-strategy.js'
import { accessTokenVerifier, type FindKey } from './access-token-verifier.js'
import { issuerIntrospection, type IntrospectionOptions } from './issuer-introspection.js'
import { IssuerError } from './issuer-error.js'
import { remoteKeys } from './remote-keys.js'
import { accessTokenGuard, type RequireAccessToken, type ResourceServer } from './require-access-token.js'
import { secureUrlOption } from './secure-url.js'
import { sharedSecrets } from './shared-secrets.js'

/** A resource server that knows of the authorization server no more than its URL, or a secret that they share. */
export interface ResourceServerOptions {
  /** The authorization server's `issuer`: its keys are found by its metadata (RFC 8414). Required. */
  issuer: string
  /** One of these must be among the `aud` of a token. Required. */
  audience: string | readonly string[]
  /** The HS256 secrets of the authorization server, where it signs with such; no keys are fetched then. */
  secret?: KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[]
  /** Where the issuer's keys are. Default: the `jwks_uri` of its metadata. */
  jwksUri?: string
  /** Needed for `livingGrant`. */
  introspection?: IntrospectionOptions
  /** How far the issuer's clock may be off. Default: `'5s'`. `false`: not at all. */
  clockTolerance?: Lifetime | false
  /** How long the issuer may take to answer. Default: `'5s'`. */
  timeout?: Lifetime
  /** The realm of `WWW-Authenticate`. Default: `'oauth'`. */
  realm?: string
  /** Told when the issuer cannot be asked, and the cause of every 500. Default: `console.error`. */
  onError?: (error: unknown, context: ErrorContext) => void
}

/** The compiler keeps it complete. */
const OPTIONS: Readonly<Record<keyof ResourceServerOptions, true>> = {
  issuer: true,
  audience: true,
  secret: true,
  jwksUri: true,
  introspection: true,
  clockTolerance: true,
  timeout: true,
  realm: true,
  onError: true,
}

/**
 * The guard of a resource server that is not in the authorization server's process: `requireAccessToken({ issuer, audience
 * })` answers a function that guards routes, as `oauth.requireAccessToken` does. Call it once.
 *
 * Keys are fetched when the first token comes, kept, fetched anew now and then and for a `kid` that is not known; while the
 * issuer cannot be asked, those that are known serve on.
 *
 * @throws TypeError that names the option, what is wrong and what to do.
 */
export function requireAccessToken(options: ResourceServerOptions): RequireAccessToken {
  return accessTokenGuard(remoteResourceServer(options))
}

/**
 * The same as a Passport strategy of the name `bearer`: see {@link AccessTokenStrategy}.
 *
 * @throws TypeError that names the option, what is wrong and what to do.
 */
export function accessTokenStrategy(options: ResourceServerOptions, findUser?: FindTokenUser): AccessTokenStrategy {
  return passportStrategy(remoteResourceServer(options), findUser)
}

function remoteResourceServer(options: ResourceServerOptions): ResourceServer {
  knownMembers('options', options, OPTIONS)
  const { clockTolerance = '5s', timeout = '5s', secret, jwksUri, introspection } = options
  const issuer = issuerOption(options.issuer)
  const onError = errorsOption(options.onError)
  const milliseconds = timerSeconds('timeout', timeout) * 1000
  const asked = introspection === undefined ? undefined : issuerIntrospection(issuer, introspection, milliseconds)
  if (secret !== undefined && jwksUri !== undefined) {
    throw new TypeError('Give one of secret and jwksUri, not both: keys are shared, or they are fetched.')
  }

  return {
    realm: realmOption(options.realm ?? 'oauth'),
    verifier: accessTokenVerifier({
      issuer,
      audience: oneOrMore('audience', options.audience),
      clockTolerance: clockTolerance === false ? 0 : lifetimeSeconds('clockTolerance', clockTolerance),
      findKey: secret === undefined ? issuersKeys() : sharedSecrets(secret),
    }),
    isLiving: asked && ((token) => asked.isActive(token)),
    livingRemedy: 'give introspection with a client of the authorization server that may introspect our audience',
    answerError,
  }

  function issuersKeys(): FindKey {
    const keys = remoteKeys({
      issuer,
      ...(jwksUri === undefined ? {} : { jwksUri: secureUrlOption('jwksUri', jwksUri) }),
      timeout: milliseconds,
      onError: (error) => {
        onError(error, { requestId: randomUUID() })
      },
    })
    return (id, algorithm) => {
      const key = keys.find(id, algorithm)
      return key instanceof Promise ? key.catch(unavailable) : key
    }
  }

  function answerError(request: Request, response: Response, error: unknown): void {
    if (error instanceof OAuthError) {
      answerRefusal(response, error)
      return
    }
    const requestId = randomUUID()
    onError(error, { requestId, request })
    answerRefusal(
      response,
      error instanceof IssuerError
        ? CANNOT_BE_CHECKED
        : new OAuthError('server_error', `The server met an unexpected condition; request ${requestId}`),
    )
  }
}

const CANNOT_BE_CHECKED = new OAuthError('temporarily_unavailable', 'The access token cannot be checked right now', {
  headers: { 'Retry-After': RETRY_AFTER_SECONDS },
})

/** The operator has been told by `remoteKeys`, once and not at each request. */
function unavailable(error: unknown): never {
  throw error instanceof IssuerError ? CANNOT_BE_CHECKED : error
}
