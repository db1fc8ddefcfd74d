import type { ClientAuthenticationMethod, ClientKeyAlgorithm } from '../client.js'
import type { PasswordChecks } from '../admission/password-checks.js'
import type { StoppedLogins } from '../admission/stopped-logins.js'
import type { TellEvent } from '../event.js'
import type { GrantStore, MaybePromise } from '../grant-store.js'
import type { KnownGrantType } from '../grant-types/grant-types.js'
import type { FindUser } from '../resource-owner.js'
import type { ClientAuthentication } from '../strategies/client-authentication.js'
import type { UserAuthentication } from '../strategies/user-authentication.js'
import type { AccessTokens } from '../tokens/access-token.js'
import type { MfaTokens } from '../tokens/mfa-token.js'
import type { RefreshTokens } from '../tokens/refresh-token.js'
import type { KeyRing, SigningKeys } from '../tokens/key-ring.js'
import type { Limits } from './limits.js'
import type { ReportMisconfiguration } from './misconfigurations.js'
import type { Additions, ErrorContext, TokenContext, UserContext } from './options.js'
import type { SecondFactorOptions } from './second-factor.js'

/** The options once they are read: checked, parsed and complete, so that a request does what only a request can know. */
export interface Settings {
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly paths: {
    readonly token: string
    readonly revocation: string | false
    readonly introspection: string | false
    readonly metadata: string | false
    readonly jwks: string | false
  }
  /** Of every `WWW-Authenticate`. */
  readonly realm: string
  /** The value of `WWW-Authenticate` for clients. */
  readonly challenge: string
  /** Bytes. */
  readonly bodyLimit: number
  /** Bytes of UTF-8, as is the next. */
  readonly usernameLimit: number
  readonly passwordLimit: number

  readonly clientAuthentication: ClientAuthentication
  /** Those by which some client can. */
  readonly clientAuthenticationMethods: readonly ClientAuthenticationMethod[]
  /** The algorithms of client assertions that some client may sign with. */
  readonly assertionAlgorithms: readonly ClientKeyAlgorithm[]
  readonly userAuthentication: UserAuthentication
  readonly passwordChecks: PasswordChecks
  readonly stoppedLogins: StoppedLogins
  /** @throws Error if the user has no subject. */
  readonly subjectOf: (user: object) => string
  /** The grant types that the token endpoint accepts. */
  readonly grantTypes: readonly KnownGrantType[]
  /** Every scope that there is. */
  readonly scopes: ReadonlyMap<string, string>
  readonly authorizeScope: ((context: UserContext) => MaybePromise<readonly string[]>) | undefined

  readonly keyRing: KeyRing
  /** The keys given, or those that the option `signingKeys` answers when it is asked again. */
  readonly readSigningKeys: (given?: unknown) => Promise<SigningKeys>
  readonly accessTokens: AccessTokens
  /** Seconds. */
  readonly accessTokenLifetime: number
  readonly accessTokenClaims: ((context: TokenContext) => MaybePromise<Additions>) | undefined
  readonly responseMembers: ((context: TokenContext) => MaybePromise<Additions>) | undefined

  /** Absent where grants are not remembered. */
  readonly grants: GrantSettings | undefined
  /** Absent if users are not looked up again at a refresh. */
  readonly refreshUser: FindUser | undefined

  readonly limits: Limits

  /** Absent where none is offered. */
  readonly secondFactor: SecondFactorSettings | undefined

  readonly onError: (error: unknown, context: ErrorContext) => void
  readonly onEvent: TellEvent
  /** Whether the application listens by `onEvent`; otherwise a misconfiguration is a process warning. */
  readonly isHeard: boolean
  readonly onMisconfiguration: ReportMisconfiguration
}

export interface GrantSettings {
  /** Every call is limited in time. */
  readonly store: GrantStore
  /** The application has given no store. */
  readonly isForOneProcess: boolean
  readonly tokens: RefreshTokens
  /** Milliseconds, as is the next. */
  readonly lifetime: number
  readonly idleLifetime: number
  /** Milliseconds. `0`: every reuse is a replay. */
  readonly retryWindow: number
  /** `undefined`: any number. */
  readonly maxPerSubject: number | undefined
}

export interface SecondFactorSettings {
  readonly tokens: MfaTokens
  readonly findUser: FindUser
  readonly verify: SecondFactorOptions['verify']
  readonly sendCode: SecondFactorOptions['sendCode'] | undefined
  /** Answers that one mfa_token may be tried with. */
  readonly attempts: number
  /** How long an mfa_token is valid, in milliseconds. */
  readonly lifetime: number
  /** Where mfa_tokens are spent: that of the grants. */
  readonly store: GrantStore
}
