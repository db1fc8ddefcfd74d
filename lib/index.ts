export { oauthPasswordGrant, type OAuthPasswordGrant } from './oauth-password-grant.js'
export type { OpenApiFragment, OpenApiOptions } from './openapi/openapi-fragment.js'
export type { Routes } from './routes.js'
export { OAuthError, type OAuthErrorCode, type OAuthErrorOptions } from './oauth-error.js'
export type { AuthenticationMethods } from './tokens/authentication-methods.js'
export type { Client, ClientKey, ClientKeyAlgorithm, ClientRegistration, ClientSecret } from './client.js'
export type {
  AccessTokenRefusalReason,
  ClientRefusal,
  EventDetail,
  EventOrigin,
  OAuthEvent,
  SecondFactorRefusal,
  UserNameHash,
} from './event.js'
export { EVENT_CHANNEL } from './options/events.js'
export type { PasswordCheckGauge } from './admission/password-checks.js'
export { newGrantId, subjectTag, type Grant } from './grant.js'
export type { GrantAdministration, ListOptions, RevokeAllOptions } from './administration/grant-administration.js'
export type { AuthenticateOptions } from './options/authenticate-options.js'
export type { RouteRequest } from './network/route-request.js'
export type { AuthenticateAtForm } from './login/login-form.js'
export type {
  LoginAdministration,
  StoppedLoginsDescription,
  WhichLogins,
} from './administration/login-administration.js'
export type { KeyAdministration, KeyDescription } from './administration/key-administration.js'
export type {
  Creation,
  CreationResult,
  GrantStore,
  MaybePromise,
  PruneOptions,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from './grant-store.js'
export type { Lifetime } from './lifetime.js'
export type { LimitName, LimitStoreName } from './event.js'
export type { GrantType, OfferedGrantType } from './grant-types/grant-types.js'
export { MFA_GRANT_TYPE } from './grant-types/mfa.js'
export type { Misconfiguration } from './misconfiguration.js'
export type {
  ClientStrategies,
  CommonOptions,
  ErrorContext,
  OAuthPasswordGrantOptions,
  RefreshTokenOptions,
  SubjectOption,
  Additions,
  TokenContext,
  UserContext,
} from './options/options.js'
export type { KnownAddressOptions, LimitOptions, LimitsOptions } from './options/limits.js'
export type { PasswordChecksOptions } from './options/password-checks.js'
export type { SecondFactorOptions } from './options/second-factor.js'
export type { KeyMaterial, SigningKeyOptions, SigningKeysOption } from './options/signing-keys.js'
export type { PasswordVerifier } from './admission/password-admission.js'
export { passwordVerifier } from './password-verifier/password-verifier.js'
export type { PasswordVerifierOptions } from './password-verifier/password-verifier.js'
export type { PassportInstance } from './strategies/passport-instance.js'
export type { AuthenticateSecondFactor } from './login/second-factor-form.js'
export { requireSecondFactor, SecondFactorRequired } from './second-factor-required.js'
export type {
  AuthenticateUser,
  CountAccount,
  FindUser,
  LoginContext,
  PasswordContext,
  RequestContext,
  User,
} from './resource-owner.js'
export { countAccount } from './strategies/count-account.js'
export type { ShedReason } from './event.js'
export type { SigningAlgorithm } from './tokens/signing-algorithm.js'
export { GrantStoreError, type GrantStoreErrorCode } from './stores/grant-store-error.js'
export { MemoryGrantStore, type MemoryGrantStoreOptions } from './stores/memory-grant-store.js'
export { RedisGrantStore, type RedisGrantStoreOptions, type SendRedisCommand } from './stores/redis-grant-store.js'
export { RedisLimiterStore, type RedisLimiterStoreOptions } from './stores/redis-limiter-store.js'
export { SqlLimiterStore, type SqlLimiterStoreOptions } from './stores/sql-limiter-store.js'
export { SqlGrantStore, type SqlGrantStoreOptions } from './stores/sql-grant-store.js'
export type { AccessTokenAuth, RequireAccessTokenOptions } from './resource-server/access-token-check.js'
export type { AccessTokenClaims } from './resource-server/access-token-claims.js'
export type { CheckAccessToken } from './resource-server/check-access-token.js'
export type { GuardedRequest } from './resource-server/guard-context.js'
export { IssuerError, type IssuerErrorCode } from './resource-server/issuer-error.js'
export type { AccessTokenGuard, RequireAccessToken } from './resource-server/require-access-token.js'
export { resourceServer, type ResourceServer, type ResourceServerOptions } from './resource-server/resource-server.js'
export type { IntrospectionOptions } from './resource-server/issuer-introspection.js'
export type { AccessTokenStrategy, FindTokenUser } from './resource-server/passport-strategy.js'
export type { PostgresDriver } from './stores/postgres-database.js'
export type { SqliteDriver } from './stores/sqlite-database.js'
