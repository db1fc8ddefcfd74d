import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { RETRY_AFTER_SECONDS } from '../endpoint/refusal-of.js'
import type { OAuthEvent } from '../event.js'
import { lifetimeSeconds, timerSeconds, type Lifetime } from '../lifetime.js'
import { OAuthError } from '../oauth-error.js'
import { errorsOption } from '../options/errors.js'
import { eventsOption } from '../options/events.js'
import { issuerOption } from '../options/issuer.js'
import { knownMembers, oneOrMore } from '../options/option-kinds.js'
import type { ErrorContext } from '../options/options.js'
import type { KeyMaterial, SigningKeyOptions } from '../options/signing-keys.js'
import { realmOption } from '../options/realm.js'
import { scopesOption } from '../options/scopes.js'
import { accessTokenVerifier, type FindKey } from './access-token-verifier.js'
import { checkAccessToken, type CheckAccessToken } from './check-access-token.js'
import type { GuardContext, GuardedRequest } from './guard-context.js'
import { IssuerError } from './issuer-error.js'
import { issuerIntrospection, type IntrospectionOptions } from './issuer-introspection.js'
import { issuerOutage } from './issuer-outage.js'
import { passportStrategy, type AccessTokenStrategy, type FindTokenUser } from './passport-strategy.js'
import { refusalReport } from './report-refusal.js'
import { remoteKeys } from './remote-keys.js'
import { requireAccessToken, type RequireAccessToken } from './require-access-token.js'
import { secureUrlOption } from './secure-url.js'
import { sharedSecrets } from './shared-secrets.js'

/** The options of `resourceServer`. Anything wrong with them is a `TypeError` at start-up. */
export interface ResourceServerOptions {
  /** The authorization server's `issuer`; its metadata (RFC 8414) tells where its keys are. Required. */
  issuer: string
  /** One of these must be among the `aud` of a token. Required. */
  audience: string | readonly string[]
  /** The scopes that exist. With them, a route that requires another one throws at start-up. Default: any scope may be required. */
  scopes?: readonly string[] | undefined
  /** The HS256 secrets of the authorization server, if it signs with secrets; then no keys are fetched. */
  secret?: KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[] | undefined
  /** Where the issuer's keys are. Default: the `jwks_uri` of its metadata. */
  jwksUri?: string | undefined
  /** Required for `checkRevocation`. */
  introspection?: IntrospectionOptions | undefined
  /** How far the issuer's clock may differ. Default: `'5s'`. `false`: not at all. */
  clockTolerance?: Lifetime | false | undefined
  /**
   * Tokens with an unknown key ID (`kid`) cause at most two requests for the issuer's keys in this time. Default: `'30s'`.
   */
  keysCooldown?: Lifetime | undefined
  /** How long the issuer may take to respond. Default: `'5s'`. */
  timeout?: Lifetime | undefined
  /** The realm in `WWW-Authenticate`. Default: `'oauth'`. */
  realm?: string | undefined
  /** Called with the cause of every 500, and when the issuer cannot be asked: once, then once a minute. Default: `console.error`. */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined
  /**
   * Called with the event `access_token_refused`, which says why a token was refused. The `node:diagnostics_channel` named
   * `express-oauth-password-grant` gets the same. Default: a misconfiguration is a process warning, once for each reason.
   */
  onEvent?: ((event: OAuthEvent) => void) | undefined
}

const OPTIONS = {
  issuer: true,
  audience: true,
  scopes: true,
  secret: true,
  jwksUri: true,
  introspection: true,
  clockTolerance: true,
  keysCooldown: true,
  timeout: true,
  realm: true,
  onError: true,
  onEvent: true,
} satisfies Record<keyof ResourceServerOptions, true>

/** Guards the routes of an API. All of its guards share one cache of keys and verified tokens. */
export interface ResourceServer {
  /** Guards a route: see {@link RequireAccessToken}. */
  readonly requireAccessToken: RequireAccessToken
  /** Checks a token outside of Express's routes: see {@link CheckAccessToken}. */
  readonly checkAccessToken: CheckAccessToken
  /** The guard for `passport.authenticate('bearer')`: see {@link AccessTokenStrategy}. */
  readonly accessTokenStrategy: (findUser?: FindTokenUser) => AccessTokenStrategy
}

/**
 * Makes the guards of an API that runs in another process than the authorization server. Call it once, when the API starts.
 *
 * It fetches the issuer's keys when the first token comes, keeps them, and fetches them again every ten minutes and when a
 * token names a key that it does not know. While the issuer cannot be reached it goes on with the keys that it has.
 *
 * @throws TypeError that names the option, what is wrong, and what to do.
 */
export function resourceServer(options: ResourceServerOptions): ResourceServer {
  return guardsOf(remoteGuardContext(options))
}

/** The guards that share a context. */
export function guardsOf(context: GuardContext): ResourceServer {
  return {
    requireAccessToken: requireAccessToken(context),
    checkAccessToken: checkAccessToken(context),
    accessTokenStrategy: (findUser) => passportStrategy(context, findUser),
  }
}

function remoteGuardContext(options: ResourceServerOptions): GuardContext {
  knownMembers('options', options, OPTIONS)
  const { clockTolerance = '5s', keysCooldown = '30s', timeout = '5s', secret, jwksUri, introspection } = options
  const issuer = issuerOption(options.issuer)
  const onError = errorsOption(options.onError)
  const onEvent = eventsOption(options.onEvent, issuer)
  const milliseconds = timerSeconds('timeout', timeout) * 1000
  const cooldown = timerSeconds('keysCooldown', keysCooldown) * 1000
  const asked = introspection === undefined ? undefined : issuerIntrospection(issuer, introspection, milliseconds)
  if (secret !== undefined && jwksUri !== undefined) {
    throw new TypeError('Give one of secret and jwksUri, not both: keys are shared, or they are fetched.')
  }
  const reportOutage = (error: IssuerError) => {
    onError(error, { requestId: randomUUID() })
  }
  const introspectionOutage = issuerOutage(issuer, reportOutage)

  return {
    realm: realmOption(options.realm ?? 'oauth'),
    scopes: options.scopes === undefined ? undefined : new Set(scopesOption('scopes', options.scopes).keys()),
    verifier: accessTokenVerifier({
      issuer,
      audience: oneOrMore('audience', options.audience),
      clockTolerance: clockTolerance === false ? 0 : lifetimeSeconds('clockTolerance', clockTolerance),
      findKey: secret === undefined ? issuersKeys() : sharedSecrets(secret),
    }),
    isLiving: asked && isLiving,
    revocationRemedy: 'give introspection with a client of the authorization server that may introspect our audience',
    onRefused: refusalReport(onEvent, options.onEvent !== undefined, secret !== undefined),
    refusalOf,
  }

  async function isLiving(token: string): Promise<boolean> {
    try {
      const isActive = await asked?.isActive(token)
      introspectionOutage.ended()
      return isActive === true
    } catch (error) {
      if (!(error instanceof IssuerError)) throw error
      introspectionOutage.failed(error)
      throw CANNOT_BE_CHECKED
    }
  }

  function issuersKeys(): FindKey {
    const keys = remoteKeys({
      issuer,
      ...(jwksUri === undefined ? {} : { jwksUri: secureUrlOption('jwksUri', jwksUri) }),
      cooldown,
      timeout: milliseconds,
      onError: reportOutage,
    })
    return (id, algorithm) => {
      const key = keys.find(id, algorithm)
      return key instanceof Promise ? key.catch(unavailable) : key
    }
  }

  function refusalOf(error: unknown, request: GuardedRequest): OAuthError {
    if (error instanceof OAuthError) return error
    const requestId = randomUUID()
    onError(error, { requestId, request: request as Request }) // Express's, but for an upgrade's
    return new OAuthError('server_error', `The server met an unexpected condition; request ${requestId}`)
  }
}

const CANNOT_BE_CHECKED = new OAuthError('temporarily_unavailable', 'The access token cannot be checked right now', {
  headers: { 'Retry-After': RETRY_AFTER_SECONDS },
})

/** `remoteKeys` has reported it, once and not on each request. */
function unavailable(error: unknown): never {
  throw error instanceof IssuerError ? CANNOT_BE_CHECKED : error
}
