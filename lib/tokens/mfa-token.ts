import { randomText } from '../random-text.js'
import { signJwt, verifyJwt } from './jwt.js'
import type { KeyRing } from './key-ring.js'

/** What an mfa_token says: whose password was right, and what the client had asked for. Nothing else of the user. */
export interface MfaToken {
  /** `jti`, under which it is spent. */
  readonly id: string
  readonly subject: string
  /** The client that must present it; absent where the application's own login form must. */
  readonly clientId: string | undefined
  readonly scope: string
  /** The user name as limiters count it and events tell it. */
  readonly userKey: string
  /** The same as it was spelt: the address becomes known to it. */
  readonly exactNameKey: string
  /** When the password was presented, by the grant store's clock. Milliseconds since the epoch, as is the next. */
  readonly beganAt: number
  readonly expiresAt: number
}

export interface MfaTokens {
  /** @param now Seconds since the epoch, as below. */
  sign(login: Omit<MfaToken, 'id' | 'expiresAt'>, now: number): string
  /** An mfa_token of ours that is valid at `now`. Whether it is spent is the store's to say. */
  verify(token: string, now: number): MfaToken | undefined
}

const ID_BYTES = 16

/**
 * mfa_tokens of one issuer: HS256, under a key of their own that is derived from each signing key, so that one is never taken
 * for an access or refresh token, nor one of those for it. `lifetime` is in seconds.
 */
export function mfaTokens(issuer: string, keyRing: KeyRing, lifetime: number): MfaTokens {
  const keys = { get: (id: string) => keyRing.get(id)?.mfaKey }
  return {
    sign({ subject, clientId, scope, userKey, exactNameKey, beganAt }, now) {
      const claims = {
        iss: issuer,
        aud: issuer,
        sub: subject,
        client_id: clientId,
        scope,
        user_key: userKey,
        name_key: exactNameKey,
        began_at: beganAt,
        jti: randomText(ID_BYTES),
        iat: now,
        exp: now + lifetime,
      }
      return signJwt('mfa+jwt', claims, keyRing.signing(now * 1000).mfaKey)
    },
    verify(token, now) {
      const verified = verifyJwt(token, keys, { type: 'mfa+jwt', issuer, audience: issuer, now })
      if (verified === undefined) return undefined
      const { jti: id, sub: subject, client_id: clientId, scope, exp } = verified.claims
      const { user_key: userKey, name_key: exactNameKey, began_at: beganAt } = verified.claims
      // Ours always are: this is for the compiler, and for the day when two versions share a key.
      if (typeof id !== 'string' || typeof subject !== 'string' || typeof scope !== 'string') return undefined
      if (typeof userKey !== 'string' || typeof exactNameKey !== 'string') return undefined
      if (typeof exp !== 'number' || typeof beganAt !== 'number') return undefined
      if (clientId !== undefined && typeof clientId !== 'string') return undefined
      return { id, subject, clientId, scope, userKey, exactNameKey, beganAt, expiresAt: exp * 1000 }
    },
  }
}
