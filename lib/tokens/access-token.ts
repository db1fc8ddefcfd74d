import { randomUUID } from 'node:crypto'
import type { AuthenticationMethods } from './authentication-methods.js'
import type { Client } from '../client.js'
import { signJwt, verifyJwt, type Claims, type VerifiedJwt } from './jwt.js'
import type { KeyRing } from './key-ring.js'

/** The claims that the protocol defines; a hook of the application may add others, never these. */
const PROTOCOL_CLAIMS = new Set(
  // The last is none: JSON would put what it answers in the place of the whole token.
  'iss aud sub exp nbf iat jti client_id cid scope sid auth_time amr acr azp cnf typ events act may_act gen toJSON'.split(
    ' ',
  ),
)

export interface AccessTokenRequest {
  readonly client: Client
  readonly subject: string
  readonly scope: string
  /** The grant's id; absent where no grant is remembered. */
  readonly grantId: string | undefined
  /** When the user last authenticated, in seconds since the epoch. */
  readonly authenticatedAt: number
  readonly methods: AuthenticationMethods
  /** Seconds since the epoch. */
  readonly now: number
  readonly added: Claims | undefined
}

export interface AccessTokens {
  /** Signs an access token (RFC 9068). @throws Error where `added` holds a claim of the protocol. */
  sign(request: AccessTokenRequest): string
  /** An access token of ours that is valid at `now`, in seconds since the epoch. `aud` is left to the caller. */
  verify(token: string, now: number): VerifiedJwt | undefined
}

/** Access tokens of one issuer. */
export function accessTokens(issuer: string, keyRing: KeyRing, lifetime: number): AccessTokens {
  return {
    sign({ client, subject, scope, grantId, authenticatedAt, methods, now, added }) {
      const claims = {
        iss: issuer,
        aud: client.audience,
        sub: subject,
        exp: now + lifetime,
        nbf: now,
        iat: now,
        jti: randomUUID(),
        client_id: client.id,
        // The name by which older deployments of this grant read it.
        cid: client.id,
        scope,
        sid: grantId,
        auth_time: authenticatedAt,
        amr: methods.amr,
        acr: methods.acr,
      }
      return signJwt(
        'at+jwt',
        added === undefined ? claims : { ...claims, ...additional(added) },
        keyRing.signing(now * 1000),
      )
    },
    verify: (token, now) => verifyJwt(token, keyRing, { type: 'at+jwt', issuer, now }),
  }
}

function additional(claims: Claims): Claims {
  const clash = Object.keys(claims).find((name) => PROTOCOL_CLAIMS.has(name))
  if (clash === undefined) return claims
  throw new Error(`accessTokenClaims returned the claim ${clash}, which the protocol defines: give it another name.`)
}
