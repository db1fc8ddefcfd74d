import type { Request } from 'express'
import type { Client, ClientRegistration } from '../client.js'
import type { OAuthEvent } from '../event.js'
import type { OfferedGrantType } from '../grant-types/grant-types.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import type { Lifetime } from '../lifetime.js'
import type { PassportInstance } from '../passport-instance.js'
import type { AuthenticateUser, RequestContext, User } from '../resource-owner.js'
import type { LimitsOptions } from './limits-options.js'
import type { PasswordChecksOptions } from './password-checks-options.js'
import type { SecondFactorOptions } from './second-factor-options.js'
import type { SigningKeysOption } from './signing-key-options.js'

/** Names of strategies on the `passport` given, by the way in which the client sends its credentials. */
export interface ClientStrategies {
  /** For HTTP Basic, such as `'basic'` of passport-http. */
  basic?: string
  /** For `client_id` and `client_secret` in the body, such as `'oauth2-client-password'`. */
  body?: string
}

export interface RefreshTokenOptions {
  /** How long a login lasts however often it is refreshed. Default: `'30d'`. */
  lifetime?: Lifetime
  /** How long it lasts without a refresh. Default: `'14d'`. */
  idleLifetime?: Lifetime
  /**
   * How long after a refresh the spent token still gets the same successor, for a client that lost the response or refreshes
   * twice at once. `false`: every reuse is a replay and ends the login, also after a lost response, and also if two requests
   * present the token at the same time. Default: `'10s'`.
   */
  retryWindow?: Lifetime | false
  /** The HS256 secret of refresh tokens, 32 bytes or more. Default: derived from each signing key (HKDF-SHA256). */
  secret?: string | Uint8Array
  /**
   * How many sessions one user may have, through all clients: a login beyond that ends the user's oldest one, with the event
   * `grant_displaced`. It keeps one account from filling the store. `false`: any number. Default: 100.
   */
  maxPerSubject?: number | false
}

/** Finds a user again by the subject; `false`, `null` or `undefined` where there is none, or none that is let in any more. */
export type FindUser<U extends User = User> = (
  subject: string,
  context: RequestContext,
) => MaybePromise<U | false | null | undefined>

/** What a hook that shapes a token or a response is told. `user` is absent at a refresh without `refreshUser`. */
export interface TokenContext<U extends User = User> extends RequestContext {
  readonly grantType: OfferedGrantType
  readonly subject: string
  readonly user: U | undefined
}

/** What a hook about a logged-in user is told. */
export interface UserContext<U extends User = User> extends RequestContext {
  readonly user: U
}

/**
 * The options of `oauthPasswordGrant`. Whatever is wrong with them is a `TypeError` at start-up.
 *
 * RFC 9700 section 2.4 says that this grant must not be used by new designs; it is for first-party clients that must.
 */
export interface OAuthPasswordGrantOptions<U extends User = User> {
  /** `iss` of every token: an https URL without query and fragment (http only for loopback). Required. */
  issuer: string
  /** `aud` of access tokens, where a client's registration names none of its own. Required. */
  audience: string | readonly string[]
  /**
   * The first whose time has come signs, all verify. A function is asked at start-up, where it answers at once, and again at
   * each `oauth.keys.reload()`. Required.
   */
  signingKeys: SigningKeysOption | (() => MaybePromise<SigningKeysOption>)

  /**
   * The clients, or a function that finds one by its id and returns `null` or `undefined` if there is none. Required unless
   * `clientStrategies` is given.
   *
   * The function is called for every request, also for unknown ids and while `limits.clientAddress` refuses failures: otherwise
   * a flood of failures would lock out the clients that authenticate correctly. Make it an indexed look-up, or cache it.
   */
  clients?: readonly ClientRegistration[] | ((id: string) => MaybePromise<ClientRegistration | null | undefined>)
  /** Client authentication by strategies of the application instead. Their user needs an `id` and may have the other members of a registration. */
  clientStrategies?: ClientStrategies
  /** Checks a user name and password. Required unless `userStrategy` is given. */
  authenticateUser?: AuthenticateUser<U>
  /** The name of a strategy that does, such as `'local'`. */
  userStrategy?: string
  /** The passport that `clientStrategies` and `userStrategy` are registered on. */
  passport?: PassportInstance
  /** The `sub` of a user. Default: its `id` as text. */
  subject?: (user: U) => string

  /** Every scope that the server knows. Default: none. */
  scopes?: readonly string[]
  /** The scope for a client that asks for none. Default: none. */
  defaultScope?: readonly string[]
  /** Narrows the scope for a user: the part of `context.scope` that is granted. Default: all of it. */
  authorizeScope?: (context: UserContext<U>) => MaybePromise<readonly string[]>

  /** Default: `'1h'`. */
  accessTokenLifetime?: Lifetime
  /** Claims to add to an access token; one that the protocol defines is a 500. */
  accessTokenClaims?: (context: TokenContext<U>) => MaybePromise<Readonly<Record<string, unknown>>>
  /** Members to add to a token response; one that the protocol defines is a 500. */
  responseMembers?: (context: TokenContext<U>) => MaybePromise<Readonly<Record<string, unknown>>>

  /** `false`: none are issued, and no grant is remembered. */
  refreshTokens?: RefreshTokenOptions | false
  /**
   * Finds a user again at a refresh; `false`, `null` or `undefined` ends the grant. Without it a disabled user goes on
   * refreshing with every scope, which a warning at start-up points out. `false` says that this is intended.
   */
  refreshUser?: FindUser<U> | false
  /** Where grants are kept. Default: `new MemoryGrantStore()`, for one process. */
  grantStore?: GrantStore
  /** How long one call of the store may take. Default: `'2s'`. */
  storeTimeout?: Lifetime

  /** How a second factor is answered, where `authenticateUser` answers `requireSecondFactor(user)`. Default: none is offered. */
  secondFactor?: SecondFactorOptions<U>

  /** Login limits. Default: on. `false`: none at all. */
  limits?: LimitsOptions | false
  /** Default: on. `false`: as many at once as come. */
  passwordChecks?: PasswordChecksOptions | false

  /** Default: `'/token'`. Relative to where the middleware is mounted. */
  tokenPath?: string
  /** Default: `'/revoke'` (RFC 7009). `false`: there is none. */
  revocationPath?: string | false
  /** Default: `'/introspect'` (RFC 7662). `false`: there is none. */
  introspectionPath?: string | false
  /** Default: `'/.well-known/oauth-authorization-server'` (RFC 8414). `false`: there is none. */
  metadataPath?: string | false
  /** Default: `'/.well-known/jwks.json'`; there is none while every key is a secret. `false`: there is none. */
  jwksPath?: string | false
  /** The realm of `WWW-Authenticate`. Default: `'oauth'`. */
  realm?: string
  /** The largest body in bytes, also if a body parser of yours has read it and allows more. Default: 16384. */
  bodyLimit?: number
  /**
   * The longest user name in bytes of UTF-8. The default is more than the 254 bytes that an email address may have (RFC 5321
   * section 4.5.3.1.3), and names are compared in forms that take longer to make the longer they are. Default: 256.
   */
  usernameLimit?: number
  /** The longest password in bytes of UTF-8. Default: 4096. */
  passwordLimit?: number

  /** Told the cause of every 500 and 503, with the request id that the answer carries. Default: `console.error`. */
  onError?: (error: unknown, context: ErrorContext) => void
  /**
   * Told what an operator must know: see {@link OAuthEvent}. The same is published on `node:diagnostics_channel`, channel
   * `express-oauth-password-grant`.
   */
  onEvent?: (event: OAuthEvent) => void
}

export interface ErrorContext {
  /** Also in the answer's `error_description`. */
  readonly requestId: string
  /** Absent where the trouble came up beside a request. */
  readonly request?: Request
}

export type { Client }
