import type { Claims, VerifiedJwt } from '../tokens/jwt.js'

/** The claims of an access token (RFC 9068 section 2.2), frozen. Claims that an application adds are `unknown`. */
export interface AccessTokenClaims {
  readonly iss: string
  readonly aud: string | readonly string[]
  readonly sub: string
  /** When it expires, in seconds since the epoch, like the other times. */
  readonly exp: number
  readonly iat: number
  readonly nbf?: number | undefined
  readonly jti: string
  readonly client_id: string
  /** Scope tokens separated by spaces; an empty string for a token without scope. */
  readonly scope: string
  /** The id of the grant (the session). Absent if the server remembers no grants. */
  readonly sid?: string | undefined
  /** When the user entered the password. */
  readonly auth_time?: number | undefined
  /** How the user authenticated (RFC 8176). */
  readonly amr?: readonly string[] | undefined
  readonly acr?: string | undefined
  readonly [claim: string]: unknown
}

const REQUIRED = Object.entries({
  iss: isString,
  aud: (aud: unknown) => isString(aud) || isStrings(aud),
  sub: isString,
  exp: isNumber,
  iat: isNumber,
  jti: isString,
  client_id: isString,
})

const OPTIONAL = Object.entries({
  nbf: isNumber,
  sid: isString,
  auth_time: isNumber,
  amr: isStrings,
  acr: isString,
  scope: isString,
})

/** The name of a claim that is malformed, or that an access token must have and does not (RFC 9068 section 2.2). */
export function wrongClaim(claims: Claims): string | undefined {
  const [name] =
    REQUIRED.find(([name, isRight]) => !isRight(claims[name])) ??
    OPTIONAL.find(([name, isRight]) => claims[name] !== undefined && !isRight(claims[name])) ??
    []
  return name
}

/** The claims of an access token, or `undefined` if one is missing or malformed. */
export function accessTokenClaims({ claims }: VerifiedJwt): AccessTokenClaims | undefined {
  if (wrongClaim(claims) !== undefined) return undefined
  return (claims['scope'] === undefined ? { ...claims, scope: '' } : claims) as AccessTokenClaims // just checked
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString)
}
