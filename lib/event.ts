import type { Misconfiguration } from './misconfiguration.js'

/** The limiters. Each counts failures only, except that `secondFactorPrompt` counts calls of `secondFactor.sendCode`. */
export type LimitName = 'clientAddress' | 'address' | 'userAndAddress' | 'user' | 'secondFactor' | 'secondFactorPrompt'

/** What `limits.store` makes stores for: each limiter, and the memory of addresses from which users have logged in. */
export type LimitStoreName = LimitName | 'knownAddress'

/**
 * Why a password was not checked: the queue, or the share of it that the address or the name may have, was full (`full`), its
 * turn did not come in time (`waited`), or the client has hung up meanwhile (`gone`).
 */
export type ShedReason = 'full' | 'waited' | 'gone'

/** What comes with every event. */
export interface EventOrigin {
  /** When it happened, in milliseconds since the epoch. */
  readonly time: number
  /** The `issuer` of the server that emits the event: several servers may share a process. */
  readonly issuer: string
  /**
   * The id of the request, which is also in the body of a 500 or 503. `undefined` if the event does not belong to a request, or
   * stands for several requests.
   */
  readonly requestId: string | undefined
  /** The IP address that the request came from, without a port. `undefined` if Express reports something that is not an address. */
  readonly address: string | undefined
  /** The IP address of the end user if the client is trusted to name it (`endUserAddress`); otherwise the same as `address`. */
  readonly endUserAddress: string | undefined
}

/** The user name of a login. */
export interface UserNameHash {
  /** The keyed hash under which limits count the name. Events never contain the name, because people type passwords in its place. */
  readonly userKey: string
}

/**
 * How many refusals an event stands for. It is 1 up to twenty events a second with the same type, reason or limit, code and
 * client. Beyond these twenty, the others of the second are merged into one event when the second is over. `time` is then
 * that of the last one, and `userKey`, `subject`, `expected`, `got`, `requestId` and the addresses are present only if all had
 * the same. The counts add up to every refusal, provided that the process is not killed.
 */
export interface RefusalCount {
  /** How many refusals the event stands for. Add them up instead of counting events. */
  readonly count: number
}

/** The types of event that a flood repeats, and that have a {@link RefusalCount}. */
export type RefusalType = 'client_refused' | 'login_refused' | 'access_token_refused' | 'limit_reached'

/**
 * Why a second factor was refused: the mfa_token is unknown, expired, or another client's (`not_valid`), it was used before or
 * has no attempts left (`used_up`), `oauth.grants.revokeAll` was called for the user after the password was presented
 * (`revoked_meanwhile`), the answer is wrong, the user is no longer let in (`user_refused`), or `verify` refused by an OAuthError
 * (`application`).
 */
export type SecondFactorRefusal =
  'not_valid' | 'used_up' | 'revoked_meanwhile' | 'wrong_answer' | 'user_refused' | 'application'

/**
 * Why a client was refused: no client has that id (`unknown`), the secret is wrong or the client is public and has none
 * (`wrong_secret`), the request carries no client id or no secret for a client that has one (`no_credentials`), the
 * Authorization header is not HTTP Basic or cannot be decoded (`malformed`), the request authenticates in more than one way
 * (`several_ways`), `client_id` is not the id of the client that authenticated (`other_id`), or a strategy of the application
 * refused (`application`).
 *
 * A client assertion is refused because it is not a JWT with the required type and claims, or lives longer than five minutes
 * (`malformed_assertion`), no registered key of its `alg` and `kid` signed it (`wrong_signature`), its only audience is not the
 * issuer (`wrong_audience`), it has expired (`expired_assertion`), the client's clock is more than ten seconds ahead
 * (`early_assertion`), or it was used before (`used_assertion`).
 */
export type ClientRefusal =
  | 'unknown'
  | 'wrong_secret'
  | 'no_credentials'
  | 'malformed'
  | 'several_ways'
  | 'other_id'
  | 'application'
  | 'malformed_assertion'
  | 'wrong_signature'
  | 'wrong_audience'
  | 'expired_assertion'
  | 'early_assertion'
  | 'used_assertion'

/**
 * Why a guard refused an access token:
 *
 * - `malformed`: it is not a JWT with the claims of an access token, or the request carries it in a malformed way.
 * - `type`: its `typ` is not `at+jwt`, for example because it is a refresh token.
 * - `unknown_key`: no key has its `kid`. - `algorithm`: that key is for another `alg`. - `signature`: that key did not sign it.
 * - `issuer`, `audience`, `expired`, `not_yet_valid`: its claims.
 * - `revoked`: its grant has ended (`checkRevocation`). - `scope`: the route requires more.
 * - `too_old`: the user entered the password too long ago (`maxAge`).
 */
export type AccessTokenRefusalReason =
  | 'malformed'
  | 'type'
  | 'unknown_key'
  | 'algorithm'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'revoked'
  | 'scope'
  | 'too_old'

/** What happened, by its `type`. */
export type EventDetail =
  /** A login or a refresh succeeded, and tokens were issued. `grantId` is `undefined` if the option `refreshTokens` is `false`. */
  | {
      readonly type: 'token_issued'
      readonly grantType: string
      readonly subject: string
      readonly clientId: string
      readonly grantId: string | undefined
      readonly scope: string
    }
  /** A user logged in at a form of the application, through `oauth.authenticate` or `oauth.authenticateSecondFactor`. */
  | ({ readonly type: 'user_authenticated'; readonly subject: string } & UserNameHash)
  /**
   * A client did not authenticate. `clientId` is the id that the request named, and absent if no client has that id: people
   * paste secrets there. The response never says the reason.
   */
  | ({
      readonly type: 'client_refused'
      readonly reason: ClientRefusal
      readonly clientId: string | undefined
    } & RefusalCount)
  /**
   * A login was refused: the user name or the password is wrong (`wrong_credentials`), a function of the application
   * refused by an OAuthError of this `code` (`application`), logins are stopped (`stopped`, see `oauth.logins`), or
   * `oauth.grants.revokeAll` was called for the user while the login was under way (`revoked_meanwhile`).
   * `clientId` is `undefined` at a form of the application, and `userKey` if the event stands for several user names.
   */
  | ({
      readonly type: 'login_refused'
      readonly reason: 'wrong_credentials' | 'application' | 'stopped' | 'revoked_meanwhile'
      readonly code: string
      readonly clientId: string | undefined
      readonly userKey: string | undefined
    } & RefusalCount)
  /** A password was right, and the client was asked for a second factor. `clientId` is `undefined` at a form of the application. */
  | ({
      readonly type: 'second_factor_required'
      readonly subject: string
      readonly clientId: string | undefined
    } & UserNameHash)
  /** A second factor was refused. `subject` and `userKey` are `undefined` if the mfa_token is unknown or has expired. */
  | {
      readonly type: 'second_factor_refused'
      readonly reason: SecondFactorRefusal
      readonly subject: string | undefined
      readonly clientId: string | undefined
      readonly userKey: string | undefined
    }
  /**
   * A refresh was refused: the token is unknown, expired, or another client's (`not_valid`), its grant has ended (`ended`), or the
   * user may no longer log in (`user_refused`), which ended the grant.
   */
  | {
      readonly type: 'refresh_refused'
      readonly reason: 'not_valid' | 'ended' | 'user_refused'
      readonly clientId: string
      readonly grantId: string | undefined
    }
  /**
   * A guard refused an access token. `expected` and `got` say what did not match (for times: the clock of this process and
   * the claim). `subject` and `clientId` are absent unless the token itself is valid here.
   */
  | ({
      readonly type: 'access_token_refused'
      readonly reason: AccessTokenRefusalReason
      readonly expected: string | undefined
      readonly got: string | undefined
      readonly subject: string | undefined
      readonly clientId: string | undefined
    } & RefusalCount)
  /** A limit was reached, and the request was refused. `userKey` is `undefined` if the event stands for several user names. */
  | ({
      readonly type: 'limit_reached'
      readonly limit: LimitName
      readonly clientId: string | undefined
      readonly userKey: string | undefined
    } & RefusalCount)
  /**
   * Since the last such event, the passwords of `count` logins were not checked: the logins were refused with a 503, or their
   * clients had hung up (`gone`). `inFlight` checks run and `waiting` logins wait now. Emitted at once, then once a second.
   * `onError` is not called.
   */
  | {
      readonly type: 'load_shed'
      readonly reason: ShedReason
      readonly count: number
      readonly inFlight: number
      readonly waiting: number
    }
  /** `oauth.logins` stopped new logins: of the client `clientId`, or all. */
  | { readonly type: 'logins_stopped'; readonly clientId: string | undefined }
  /** `oauth.logins` lets new logins in again: of the client `clientId`, or all. */
  | { readonly type: 'logins_resumed'; readonly clientId: string | undefined }
  /**
   * A spent refresh token was presented outside of the retry window, so that either this client or the one before has stolen it.
   * The grant has ended.
   */
  | {
      readonly type: 'refresh_token_reused'
      readonly subject: string
      readonly clientId: string
      readonly grantId: string
    }
  /** A grant was revoked: by `oauth.grants.revoke`, at the revocation endpoint, or because `refreshUser` found nobody. */
  | { readonly type: 'grant_revoked'; readonly subject: string; readonly clientId: string; readonly grantId: string }
  /**
   * A login ended an older grant: the subject has `refreshTokens.maxPerSubject` of them (`newer_logins`), or the store is full
   * and the subject of the login had none (`store_full`).
   */
  | {
      readonly type: 'grant_displaced'
      readonly reason: 'newer_logins' | 'store_full'
      readonly subject: string
      readonly clientId: string
      readonly grantId: string
    }
  /** `oauth.grants.revokeAll` ended all grants of a subject, or all but one. */
  | { readonly type: 'grants_revoked'; readonly subject: string; readonly count: number }
  /** `oauth.keys.reload()` replaced the signing keys. `signingKeyId` is the `kid` of the key that signs now. */
  | { readonly type: 'keys_replaced'; readonly keyIds: readonly string[]; readonly signingKeyId: string }
  /** The grant store, or the store of a limiter, failed or exceeded `storeTimeout`. `onError` is called with the cause. */
  | { readonly type: 'store_failed'; readonly store: 'grants' | LimitStoreName }
  /** The options or a request show a misconfiguration: what is wrong, and what to do. Emitted once for each. */
  | {
      readonly type: 'misconfigured'
      readonly misconfiguration: Misconfiguration
      readonly problem: string
      readonly remedy: string
    }
  /** A request got a 500. `onError` is called with the cause. */
  | { readonly type: 'server_error' }

/** What an operator should know. No event contains a password, a secret or a token. */
export type OAuthEvent = EventDetail & EventOrigin

/** The request that an event belongs to. */
export interface EventRequest {
  readonly id: string
  readonly address: string | undefined
  readonly endUserAddress: string | undefined
}

/** An event as it is emitted: refusals are counted later. */
type ToldDetail<E = EventDetail> = E extends Record<'type', RefusalType> ? Omit<E, 'count'> : E

/** Emits an event. */
export type TellEvent = (detail: ToldDetail, request?: EventRequest) => void
