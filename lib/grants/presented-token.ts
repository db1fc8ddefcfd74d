import type { Settings } from '../options/settings.js'
import type { Claims } from '../tokens/jwt.js'
import type { RefreshTokenPointer } from '../tokens/refresh-token.js'

/** A token of ours that was presented, whichever kind it is. A hint of the kind is not asked for: the signature tells. */
export type PresentedToken =
  | { readonly kind: 'refresh_token'; readonly pointer: RefreshTokenPointer }
  | {
      readonly kind: 'access_token'
      readonly claims: Claims
      readonly clientId: string
      readonly grantId: string | undefined
    }

/** @param now Milliseconds since the epoch. */
export function presentedToken(settings: Settings, token: string, now: number): PresentedToken | undefined {
  const seconds = Math.floor(now / 1000)
  const pointer = settings.grants?.tokens.verify(token, seconds)
  if (pointer !== undefined) return { kind: 'refresh_token', pointer }
  const claims = settings.accessTokens.verify(token, seconds)?.claims
  if (typeof claims?.['client_id'] !== 'string') return undefined
  const grantId = typeof claims['sid'] === 'string' ? claims['sid'] : undefined
  return { kind: 'access_token', claims, clientId: claims['client_id'], grantId }
}
