import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { Request } from 'express'
import type { Store } from 'express-rate-limit'
import type { AuthenticationMethods } from '../authentication-methods.js'
import type { Client, ClientRegistration, OfferedGrantType } from '../client.js'
import type { OAuthEvent } from '../event.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import type { Lifetime } from '../lifetime.js'
import type { LimitStoreName } from '../limit-name.js'
import type { SigningAlgorithm } from '../tokens/signing-algorithm.js'
import type { PassportInstance } from '../passport-instance.js'
import type { AuthenticateUser, LoginContext, RequestContext, User } from '../resource-owner.js'

/** A secret of 32 bytes or more, a private key as PEM, a JWK, or a `KeyObject`. */
export type KeyMaterial = string | Uint8Array | KeyObject | JsonWebKey

/** A signing key, with what it does not say itself. */
export interface SigningKeyOptions {
  key: KeyMaterial
  /** Default: a JWK's own `alg`; else HS256 for a secret, RS256 for RSA, ES256/384/512 by the curve. */
  algorithm?: SigningAlgorithm
  /** Default: a JWK's own `kid`; else its thumbprint (RFC 7638, SHA-256). */
  keyId?: string
  /**
   * From when it may sign; it verifies before. A text is ISO 8601 with its offset, such as `'2027-01-31T12:00:00Z'`. Default:
   * always.
   */
  signsFrom?: Date | string
}

/** One signing key, or a list: the first whose time has come signs, all verify. */
export type SigningKeysOption = KeyMaterial | SigningKeyOptions | readonly (KeyMaterial | SigningKeyOptions)[]

/** Names of strategies on the `passport` given, by the way in which the client sends its credentials. */
export interface ClientStrategies {
  /** For HTTP Basic, such as `'basic'` of passport-http. */
  basic?: string
  /** For `client_id` and `client_secret` in the body, such as `'oauth2-client-password'`. */
  body?: string
}

export interface LimitOptions {
  /** So many failures in a window; the next attempt is refused. */
  limit?: number
  window?: Lifetime
}

/** How long an address is remembered from which a user has logged in. */
export interface KnownAddressOptions {
  /** 24 days at most. */
  window?: Lifetime
}

export interface LimitsOptions {
  /** Failed client authentications per address. Default: 60 in a minute. `false`: none. */
  clientAddress?: LimitOptions | false
  /** Failed logins per end-user address, of whatever names. Default: 100 in 15 minutes. `false`: none. */
  address?: LimitOptions | false
  /** Failed logins per user name and end-user address. Default: 10 in 15 minutes. `false`: none. */
  userAndAddress?: LimitOptions | false
  /** Failed logins per user name, from wherever. Default: 100 in an hour (NIST SP 800-63B). `false`: none. */
  user?: LimitOptions | false
  /**
   * For how long a user who has logged in from an address is not held to `user` there, so that a guesser elsewhere cannot lock
   * him out. Default: 14 days. `false`: not at all, as where `user` or `userAndAddress` is off.
   */
  knownAddress?: KnownAddressOptions | false
  /** Wrong answers to a second factor per user, whatever mfa_token they come with. Default: 10 in an hour. `false`: none. */
  secondFactor?: LimitOptions | false
  /** Makes the express-rate-limit store of one limiter, or of `knownAddress`. Default: the memory of this process. */
  store?: (name: LimitStoreName) => Store
  /**
   * Keys the hashes under which users are counted, 32 bytes or more. Default: derived from the last of the signing keys, which
   * is the oldest, so that a new key changes nothing. With a secret, taking the oldest away changes nothing either.
   */
  secret?: string | Uint8Array
}

/** How password checks are let through, first come first served: hashes fill the thread pool that files and look-ups need too. */
export interface PasswordChecksOptions {
  /**
   * So many at once. Default: as many as there are cores, but one less than libuv has threads (`UV_THREADPOOL_SIZE`). Where
   * another server checks the passwords, as with LDAP, give more.
   */
  atOnce?: number
  /** So many wait; the next login is a 503 at once. Default: `1000`. */
  waiting?: number
  /** So long; then it is a 503. Default: `'10s'`. */
  wait?: Lifetime
  /** So long may a check take; then it is a 500, and the next one begins. Default: `'30s'`. */
  timeout?: Lifetime
}

export interface RefreshTokenOptions {
  /** How long a login lasts however often it is refreshed. Default: `'30d'`. */
  lifetime?: Lifetime
  /** How long it lasts without a refresh. Default: `'14d'`. */
  idleLifetime?: Lifetime
  /** How long after a rotation the token before it is a retry that gets the same successor. Default: `'10s'`. */
  retryWindow?: Lifetime
  /** The HS256 secret of refresh tokens, 32 bytes or more. Default: derived from each signing key (HKDF-SHA256). */
  secret?: string | Uint8Array
}

/** Finds a user again by the subject; `false`, `null` or `undefined` where there is none, or none that is let in any more. */
export type FindUser<U extends User = User> = (
  subject: string,
  context: RequestContext,
) => MaybePromise<U | false | null | undefined>

export interface SecondFactorOptions<U extends User = User> {
  /**
   * Checks what a user answers to the second factor, such as a TOTP code. `true`, or which methods it made together with the
   * password (RFC 8176; `true` is `['pwd', 'otp', 'mfa']`); `false`, `null` or `undefined` where the answer is wrong. It must
   * not take one code twice (RFC 6238 section 5.2). Required.
   */
  verify: (
    user: U,
    answer: string,
    context: LoginContext,
  ) => MaybePromise<boolean | AuthenticationMethods | null | undefined>
  /** Finds the user again when the answer comes. Default: `refreshUser`. One of the two is required. */
  findUser?: (subject: string, context: LoginContext) => MaybePromise<U | false | null | undefined>
  /** How long an mfa_token is valid. Default: `'5m'`. */
  lifetime?: Lifetime
  /** How many answers may be tried with one mfa_token. Default: `5`. */
  attempts?: number
}

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

  /** The clients, or a function that finds one by its id. Required unless `clientStrategies` is given. */
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
  /** Finds a user again at a refresh; `false`, `null` or `undefined` ends the grant. Default: nobody is asked. */
  refreshUser?: FindUser<U>
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
  path?: string
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
  /** The largest body in bytes. Default: 16384. */
  bodyLimit?: number
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
