import type { Grant } from './grant.js'

/** A value now, or a promise of it: a store in memory need not make the request wait. */
export type MaybePromise<T> = T | Promise<T>

/** What a refresh asks of the store. Times are milliseconds since the epoch, durations milliseconds. */
export interface Rotation {
  readonly id: string
  /** The client that presents the refresh token: the grant of another client is not found. */
  readonly clientId: string
  /** The generation that the presented refresh token carries. */
  readonly generation: number
  readonly now: number
  /** How long after a rotation the token before it is a retry rather than a replay. */
  readonly retryWindow: number
  /** The rotated grant expires this long after `now`, never later than its `endsAt`. */
  readonly idleLifetime: number
}

/**
 * - `rotated`: the presented generation was the row's or ahead of it; the row moved to the presented generation + 1.
 *   Its `rotatedAt` is `now`, or the clock of the store's server where that is later: a rotation that a driver held back
 *   while the server was away must open a retry window for whoever asks again.
 * - `retried`: it was one behind, and the row rotated no longer than the retry window ago; the row did not move.
 * - `reused`: it was older than that. The grant is revoked in the same atomic act.
 * - `absent`: no living grant of that id and client.
 *
 * `grant` is the row as it is after the act (for `reused`: as it was).
 */
export type RotationResult =
  { readonly outcome: 'rotated' | 'retried' | 'reused'; readonly grant: Grant } | { readonly outcome: 'absent' }

/** Which grants of a subject live on. */
export interface RevokeAllOptions {
  /** The id of the one grant that is kept. */
  readonly except?: string
}

/**
 * Where grants are kept. Every method is one atomic act, safe against any number of processes on the same data, and
 * rejects when the act's outcome is not known. A grant whose `expiresAt` has come is as absent as one never made:
 * every method takes `now` (milliseconds since the epoch) and judges by it.
 *
 * `express-oauth-password-grant/store-contract` is a test suite for implementations.
 */
export interface GrantStore {
  /** Keeps a new grant. Resolves once it would survive whatever the store promises to survive. */
  create(grant: Grant, now: number): MaybePromise<void>
  /** Rotates, recognises a retry, or revokes on reuse. */
  rotate(rotation: Rotation): MaybePromise<RotationResult>
  find(id: string, now: number): MaybePromise<Grant | undefined>
  /** The living grants of a subject, the newest first. */
  list(subject: string, now: number): MaybePromise<Grant[]>
  /** Ends one grant. Resolves to it if it was living, else to `undefined`. */
  revoke(id: string, now: number): MaybePromise<Grant | undefined>
  /** Ends all grants of a subject, or all but one. Resolves to how many living ones it ended. */
  revokeAll(subject: string, now: number, options?: RevokeAllOptions): MaybePromise<number>
  /**
   * Marks an id that may be used once as spent, until `expiresAt`. Resolves to whether this was the first to do so: of any
   * number at once, one. What it answers from `expiresAt` on is not said: whatever bears the id has expired then.
   */
  spend(id: string, expiresAt: number, now: number): MaybePromise<boolean>
  /** Removes what has expired, where the store does not do so by itself. Resolves to how many rows went. */
  prune(now: number): MaybePromise<number>
}
