import type { KeyObject } from 'node:crypto'
import { authenticationMethods, type AuthenticationMethods } from './authentication-methods.js'
import type { Grant } from '../grant.js'
import { keyThumbprint } from './key-thumbprint.js'
import { signJwt, verifyJwt, type JwtKey, type KeysById } from './jwt.js'
import type { KeyRing } from './key-ring.js'

/** What a refresh token says: which grant, and how often that was rotated when the token was made. */
export interface RefreshTokenPointer {
  readonly grantId: string
  readonly generation: number
  readonly subject: string
  readonly clientId: string
  /** The scope of the grant. */
  readonly scope: string
  readonly methods: AuthenticationMethods
}

export interface RefreshTokens {
  /**
   * The refresh token of a grant as it stands: the same bytes for the same row and the same methods, which go on from one
   * refresh token to the next, so that a retry gets what was lost, unless the key that signs at `now`, in seconds since the
   * epoch, has changed meanwhile.
   */
  sign(grant: Grant, methods: AuthenticationMethods, now: number): string
  /** Where a refresh token of ours points, if it is valid at `now`, in seconds since the epoch. */
  verify(token: string, now: number): RefreshTokenPointer | undefined
}

/** Refresh tokens of one issuer: HS256, under the key derived from each signing key, or under the secret given. */
export function refreshTokens(issuer: string, keyRing: KeyRing, secret?: KeyObject): RefreshTokens {
  const own = secret === undefined ? undefined : secretJwtKey(secret)
  const keys: KeysById = {
    get: own === undefined ? (id) => keyRing.get(id)?.refreshKey : (id) => (id === own.id ? own : undefined),
  }
  return {
    sign(grant, methods, now) {
      const claims = {
        iss: issuer,
        // It is for the issuer itself, so that no resource server that checks `aud` takes it.
        aud: issuer,
        sub: grant.subject,
        client_id: grant.clientId,
        scope: grant.scope,
        sid: grant.id,
        gen: grant.generation,
        jti: `${grant.id}.${grant.generation}`,
        iat: Math.floor(grant.rotatedAt / 1000),
        exp: Math.floor(grant.expiresAt / 1000),
        amr: methods.amr,
        acr: methods.acr,
      }
      return signJwt('rt+jwt', claims, own ?? keyRing.signing(now * 1000).refreshKey)
    },
    verify(token, now) {
      const verified = verifyJwt(token, keys, { type: 'rt+jwt', issuer, audience: issuer, now })
      if (verified === undefined) return undefined
      const { sid, gen, sub, client_id: clientId, scope } = verified.claims
      // Ours always are: this is for the compiler, and for the day when two versions share a key.
      if (typeof sid !== 'string' || typeof sub !== 'string') return undefined
      if (typeof clientId !== 'string' || typeof scope !== 'string') return undefined
      if (typeof gen !== 'number' || !Number.isSafeInteger(gen) || gen < 0) return undefined
      const methods = authenticationMethods(verified.claims)
      return { grantId: sid, generation: gen, subject: sub, clientId, scope, methods }
    },
  }
}

function secretJwtKey(secret: KeyObject): JwtKey {
  return {
    id: keyThumbprint(secret.export({ format: 'jwk' })),
    algorithm: 'HS256',
    signWith: secret,
    verifyWith: secret,
  }
}
