import type { Request } from 'express'
import type { ClientRegistration } from '../client.js'
import type { OAuthEvent } from '../event.js'
import type { OfferedGrantType } from '../grant-types/grant-types.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import type { Lifetime } from '../lifetime.js'
import type { PassportInstance } from '../strategies/passport-instance.js'
import type { AuthenticateUser, FindUser, RequestContext, User } from '../resource-owner.js'
import type { LimitsOptions } from './limits.js'
import type { PasswordChecksOptions } from './password-checks.js'
import type { SecondFactorOptions } from './second-factor.js'
import type { SigningKeysOption } from './signing-keys.js'

/** Names of strategies that are registered on the option `passport`. At least one of the two is required. */
export interface ClientStrategies {
  /** The strategy for HTTP Basic, such as `'basic'` of passport-http. Default: clients cannot authenticate in this way. */
  basic?: string | undefined
  /**
   * The strategy for `client_id` and `client_secret` in the body, such as `'oauth2-client-password'`. Default: clients cannot
   * authenticate in this way.
   */
  body?: string | undefined
}

/** How long logins last, and what happens when a refresh token is used again. */
export interface RefreshTokenOptions {
  /** Maximum duration of a login, however often it is refreshed. Default: `'30d'`. */
  lifetime?: Lifetime | undefined
  /** How long a login lasts without a refresh. Default: `'14d'`. */
  idleLifetime?: Lifetime | undefined
  /**
   * How long after a refresh the spent token still gets the same successor, for a client that lost the response or refreshes
   * twice at once. `false`: every reuse is a replay and ends the login, also after a lost response, and also if two requests
   * present the token at the same time. Default: `'10s'`.
   */
  retryWindow?: Lifetime | false | undefined
  /** The HS256 secret of refresh tokens, 32 bytes or more. Default: derived from each signing key (HKDF-SHA256). */
  secret?: string | Uint8Array | undefined
  /**
   * Maximum number of sessions of one user, through all clients. A login beyond it ends the oldest one, with the event
   * `grant_displaced`, so that one account cannot fill the store. `false`: no maximum. Default: `100`.
   */
  maxPerSubject?: number | false | undefined
}

/** What `accessTokenClaims` and `responseMembers` are called with. */
export interface TokenContext<U extends object = User> extends RequestContext {
  /** The `grant_type` of the request. */
  readonly grantType: OfferedGrantType
  /** The `sub` of the access token. */
  readonly subject: string
  /** The user. `undefined` at a refresh if the option `refreshUser` is not a function. */
  readonly user: U | undefined
}

/** What is added to a token or a response; `null` and `undefined` add nothing. */
export type Additions = Readonly<Record<string, unknown>> | null | undefined

/** What `authorizeScope` is called with. */
export interface UserContext<U extends object = User> extends RequestContext {
  /** The user, as `authenticateUser`, `userStrategy`, `refreshUser` or `secondFactor.findUser` returned it. */
  readonly user: U
}

/** The options of {@link OAuthPasswordGrantOptions}; that type also requires `subject` for users without an `id`. */
export interface CommonOptions<U extends object> {
  /**
   * The `iss` of every token: the https URL that clients see, without query and fragment. http is allowed for `localhost`,
   * `127.0.0.1` and `[::1]`. Required.
   */
  issuer: string
  /** The `aud` of access tokens, unless the client's registration has its own. Required. */
  audience: string | readonly string[]
  /**
   * The keys of access tokens: one or an array. The first whose `signsFrom` has come signs, all of them verify. A function is
   * called at start-up, where it must return keys and not a promise, and at each `oauth.keys.reload()`, where it may return a
   * promise. Required.
   */
  signingKeys: SigningKeysOption | (() => MaybePromise<SigningKeysOption>)

  /**
   * The clients, or a function that finds one by its id and returns `null` or `undefined` if there is none. Required unless
   * `clientStrategies` is given.
   *
   * The function is called for every request, also for unknown ids and while `limits.clientAddress` refuses failures: otherwise
   * a flood of failures would lock out the clients that authenticate correctly. Make it an indexed look-up, or cache it. In
   * what it returns, members that are `null` count as absent.
   */
  clients?:
    readonly ClientRegistration[] | ((id: string) => MaybePromise<ClientRegistration | null | undefined>) | undefined
  /**
   * Authenticates clients with Passport strategies of the application instead. The user of such a strategy is the client: it
   * needs an `id`, and may have the other members of a {@link ClientRegistration} except `secret` and `public`.
   */
  clientStrategies?: ClientStrategies | undefined
  /** Checks a user name and a password: see {@link AuthenticateUser}. Required unless `userStrategy` is given. */
  authenticateUser?: AuthenticateUser<U> | undefined
  /** The name of a Passport strategy of the application that authenticates users instead, such as `'local'`. */
  userStrategy?: string | undefined
  /** The passport on which `clientStrategies` and `userStrategy` are registered. Required with either of them. */
  passport?: PassportInstance | undefined
  /**
   * Returns the `sub` of a user: a string that is not empty, that never changes and that no other user ever gets. Required if
   * users have no `id`. Default: the user's `id` as a string.
   */
  subject?: ((user: U) => string) | undefined

  /** Every scope that exists. Default: none. */
  scopes?: readonly string[] | undefined
  /** The scope of a client that asks for none and whose registration has no `defaultScope`. Default: none. */
  defaultScope?: readonly string[] | undefined
  /**
   * Returns the part of `context.scope` that the user is granted. Called at a login and, if `refreshUser` is a function, at each
   * refresh. Default: all of it.
   */
  authorizeScope?: ((context: UserContext<U>) => MaybePromise<readonly string[]>) | undefined

  /** How long an access token is valid. Default: `'1h'`. */
  accessTokenLifetime?: Lifetime | undefined
  /** Returns claims to add to an access token. A claim that the protocol defines is a 500. Default: none are added. */
  accessTokenClaims?: ((context: TokenContext<U>) => MaybePromise<Additions>) | undefined
  /** Returns members to add to a token response. A member that the protocol defines is a 500. Default: none are added. */
  responseMembers?: ((context: TokenContext<U>) => MaybePromise<Additions>) | undefined

  /** Tunes refresh tokens. `false`: no refresh tokens are issued, and no grants are stored. Default: they are issued. */
  refreshTokens?: RefreshTokenOptions | false | undefined
  /**
   * Finds the user again at a refresh. If it returns `false`, `null` or `undefined`, the grant ends. Without this function a
   * disabled user keeps refreshing with every scope, which a warning at start-up says; `false` confirms that this is intended.
   *
   * If `secondFactor` has no `findUser`, this function is called for second factors too, also at the application's own form:
   * `context.client` is `undefined` there.
   */
  refreshUser?: FindUser<U> | false | undefined
  /** Where grants are stored. Default: `new MemoryGrantStore()`, for one process. */
  grantStore?: GrantStore | undefined
  /** Maximum duration of one call of a store; after that it counts as failed. Default: `'2s'`. */
  storeTimeout?: Lifetime | undefined

  /** Checks second factors, for users of whom `authenticateUser` returns `requireSecondFactor(user)`. Default: none. */
  secondFactor?: SecondFactorOptions<U> | undefined

  /** Limits on failed logins and failed client authentications. `false`: no limits. Default: on. */
  limits?: LimitsOptions | false | undefined
  /** Limits how many passwords are checked at once. `false`: any number. Default: on. */
  passwordChecks?: PasswordChecksOptions | false | undefined

  /** The path of the token endpoint, relative to where the middleware is mounted. Default: `'/token'`. */
  tokenPath?: string | undefined
  /** The path of the revocation endpoint (RFC 7009). `false`: no such endpoint. Default: `'/revoke'`. */
  revocationPath?: string | false | undefined
  /** The path of the introspection endpoint (RFC 7662). `false`: no such endpoint. Default: `'/introspect'`. */
  introspectionPath?: string | false | undefined
  /** The path of the metadata (RFC 8414). `false`: no metadata. Default: `'/.well-known/oauth-authorization-server'`. */
  metadataPath?: string | false | undefined
  /**
   * The path of the public keys (RFC 7517), which is only served if some key is not a secret. `false`: never. Default:
   * `'/.well-known/jwks.json'`.
   */
  jwksPath?: string | false | undefined
  /** The realm in `WWW-Authenticate`. Default: `'oauth'`. */
  realm?: string | undefined
  /** Maximum size of a body in bytes, also if a body parser of yours has read it and allows more. Default: `16384`. */
  bodyLimit?: number | undefined
  /**
   * Maximum size of a user name in bytes of UTF-8; a longer one is an `invalid_request`. Email addresses have up to 254 (RFC
   * 5321 section 4.5.3.1.3), and it takes longer to compare longer names. Default: `256`.
   */
  usernameLimit?: number | undefined
  /**
   * Maximum size of a password in bytes of UTF-8; a longer one is an `invalid_request`. User names have `usernameLimit`, and `otp`
   * always has 4096. Default: `4096`.
   */
  passwordLimit?: number | undefined

  /**
   * Called with the cause of every 500, and of every 503 that a failed store causes, with the request id that the response
   * carries; and with failures beside a request, such as those of a limiter's store. Not called if the server is overloaded or
   * logins are stopped: see the events `load_shed` and `login_refused`. Default: `console.error`.
   */
  onError?: ((error: unknown, context: ErrorContext) => void) | undefined
  /**
   * Called with everything that an operator should know: see {@link OAuthEvent}. The same objects are published on the
   * `node:diagnostics_channel` named {@link EVENT_CHANNEL}. Default: misconfigurations are process warnings.
   */
  onEvent?: ((event: OAuthEvent) => void) | undefined
}

/** Users without an `id` need the option `subject`. If nothing is known of users but that they are objects, so it is here. */
export type SubjectOption<U extends object> = [U] extends [User]
  ? unknown
  : [object, keyof U] extends [U, never]
    ? unknown
    : {
        /** Returns the `sub` of a user. Required, because the users have no `id`. */
        subject: (user: U) => string
      }

/**
 * The options of `oauthPasswordGrant`, which throws a `TypeError` if one of them is wrong, unknown or too weak. Only `undefined`
 * selects a default. `U` is the type of the application's users: any object with an `id`, or any object at all with `subject`.
 *
 * RFC 9700 section 2.4 says that new designs must not use this grant.
 */
export type OAuthPasswordGrantOptions<U extends object = User> = CommonOptions<U> & SubjectOption<U>

/** What `onError` is called with in addition to the error. */
export interface ErrorContext {
  /** The id that is also in the `error_description` of the response. */
  readonly requestId: string
  /** The request of Express. `undefined` if the error occurred beside a request. */
  readonly request?: Request | undefined
}
