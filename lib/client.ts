import type { JsonWebKey, KeyObject } from 'node:crypto'
import type { GrantType } from './grant-types/grant-types.js'

/** How a client authenticates (RFC 7591 section 2). */
export type ClientAuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

/** The most characters of a client identifier, and of a client secret: what is longer is refused before it is looked up or hashed. */
export const LONGEST_CLIENT_CREDENTIAL = 1024

/**
 * A client secret: the secret itself (32 bytes or more), or its SHA-256 (64 hexadecimal digits, or 43 characters of
 * base64url), so that the secret itself need not be kept. Generate it from 32 random bytes: no limit refuses a correct secret,
 * so that only its length keeps it from being guessed.
 */
export type ClientSecret = string | { readonly sha256: string }

/** The algorithms of client assertions (RFC 7518 section 3.1). */
export type ClientKeyAlgorithm = (typeof CLIENT_KEY_ALGORITHMS)[number]

export const CLIENT_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
] as const

/** A public key of a client, pinned to one algorithm. */
export interface ClientKey {
  /** `kid` */
  readonly id: string
  readonly algorithm: ClientKeyAlgorithm
  readonly verifyWith: KeyObject
}

/** A client as the application registers it (RFC 6749 section 2). */
export interface ClientRegistration {
  /** The client identifier: visible ASCII characters and spaces (RFC 6749 appendix A.1). */
  id: string
  /** The secret, or several that are valid at once while one replaces the other. */
  secret?: ClientSecret | readonly ClientSecret[] | undefined
  /**
   * The public keys with which a client that authenticates by `private_key_jwt` (RFC 7523) signs, as JWKs; several while one
   * replaces another. Their `alg` says which algorithm: without it RS256 for RSA keys, and that of the curve for EC keys. Such a
   * client has no `secret`.
   */
  keys?: readonly JsonWebKey[] | undefined
  /**
   * `true` for a client that holds no secret (RFC 6749 section 2.1). Only this makes a client public: one with neither
   * a secret nor `public: true` is refused.
   */
  public?: boolean | undefined
  /** The grant types that the client may use (RFC 7591 section 2). Default: `['password', 'refresh_token']`. */
  grantTypes?: readonly GrantType[] | undefined
  /** The scope that it may ask for. Default: all of the server's `scopes`. */
  scopes?: readonly string[] | undefined
  /** The scope that it gets when it asks for none. Default: the server's `defaultScope`, as far as it may ask for it. */
  defaultScope?: readonly string[] | undefined
  /** The `aud` of its access tokens. Default: the server's `audience`. */
  audience?: string | readonly string[] | undefined
  /** Audiences whose access tokens the client may introspect, in addition to its own tokens (RFC 7662): for a resource server. Default: none. */
  introspectionAudiences?: readonly string[] | undefined
  /**
   * `true` for a backend that names the address of its user in the header `End-User-Address`, so that limits count users and
   * not the backend. From any other client the header is ignored. Not for a public client, as which anybody can pose.
   * Default: `false`.
   */
  endUserAddress?: boolean | undefined
}

/** A client as the endpoints know it, once its registration is checked. */
export interface Client {
  readonly id: string
  readonly isPublic: boolean
  /** SHA-256 of each valid secret; empty for a public client, and where a strategy of the application checks secrets. */
  readonly secretDigests: readonly Buffer[]
  /** Empty unless the client authenticates by `private_key_jwt`. */
  readonly keys: readonly ClientKey[]
  readonly grantTypes: ReadonlySet<string>
  /** What it may ask for: text to itself, so that a scope kept for long is never a slice of a request's body. */
  readonly scopes: ReadonlyMap<string, string>
  readonly defaultScope: string
  readonly audience: string | readonly string[]
  readonly introspectionAudiences: ReadonlySet<string>
  /** It is trusted to name the address of its user. */
  readonly endUserAddress: boolean
}
