import type { Grant } from './grant.js'

/** A value now, or a promise of it: a store in memory need not make the request wait. */
export type MaybePromise<T> = T | Promise<T>

/** What a login asks of the store. Durations are milliseconds. */
export interface Creation {
  readonly grant: Grant
  /**
   * How long ago the user began to log in. It is a duration, measured by one process, because the moment would depend on
   * that process's clock: the store takes it from its own.
   */
  readonly age: number
  /** How many living grants the subject may have, the new one included. `undefined`: any number. */
  readonly maxPerSubject: number | undefined
}

/**
 * - `created`: the store keeps the grant. `displaced` are the grants that it ended for that: the oldest ones of a subject
 *   that had too many, or one of a store that was full.
 * - `refused`: `revokeAll` was called for the subject after the login had begun, or in the same millisecond. Nothing is kept.
 */
export type CreationResult =
  { readonly outcome: 'created'; readonly displaced: readonly Grant[] } | { readonly outcome: 'refused' }

/** What a refresh asks of the store. Durations are milliseconds. */
export interface Rotation {
  readonly id: string
  /** The client that presents the refresh token: the grant of another client is not found. */
  readonly clientId: string
  /** The generation that the presented refresh token carries. */
  readonly generation: number
  /** How long after a rotation the token before it is a retry rather than a replay. `0`: it is always a replay. */
  readonly retryWindow: number
  /** The rotated grant expires after this time, never later than its `endsAt`. */
  readonly idleLifetime: number
}

/**
 * - `rotated`: the presented generation was the row's or ahead of it; the row moved to the presented generation + 1, and
 *   its `rotatedAt` is the time of the act by the store's clock. A rotation that a driver held back while the server was
 *   away opens its retry window when it happens.
 * - `retried`: it was one behind, and the row rotated no longer than the retry window ago; the row did not move. Never with a
 *   retry window of 0, not even in the millisecond of the rotation.
 * - `reused`: it was older than that. The grant is revoked in the same atomic act.
 * - `absent`: no living grant of that id and client.
 *
 * `grant` is the row as it is after the act (for `reused`: as it was).
 */
export type RotationResult =
  { readonly outcome: 'rotated' | 'retried' | 'reused'; readonly grant: Grant } | { readonly outcome: 'absent' }

/** How all grants of a subject end. */
export interface RevocationOfAll {
  /** The id of the one grant that is kept. */
  readonly except?: string | undefined
  /** How long a login may be under way, in milliseconds: for so long the store refuses those that began before this. */
  readonly loginLifetime: number
}

/** The use of an id that may be used once. */
export interface Spending {
  readonly id: string
  /** How long the id stays spent, in milliseconds. What is answered afterwards is not defined: the id has expired then. */
  readonly lifetime: number
  /** The login that the id belongs to, and when it began by the store's clock (see {@link GrantStore.now}). */
  readonly login?: { readonly subject: string; readonly beganAt: number } | undefined
}

/**
 * - `first`: nobody had spent the id. Of any number at once, one gets this answer.
 * - `again`: it was spent before.
 * - `refused`: `revokeAll` was called for the login's subject at or after the time when the login began.
 */
export type SpendingResult = 'first' | 'again' | 'refused'

/** How expired rows are removed. */
export interface PruneOptions {
  /** How many rows one step looks at before it lets other writers in. */
  readonly batchSize?: number | undefined
}

/**
 * Where grants are kept. Every method is one atomic act, safe against any number of processes on the same data, and
 * rejects when the act's outcome is not known. `revokeAll` and `prune` may take several steps, each of them atomic.
 *
 * The store's clock decides what has expired and what is a retry: the clock of its server where there is one, so that
 * processes whose clocks disagree still get the same answer. A grant whose `expiresAt` has come is as absent as one never
 * made.
 *
 * `express-oauth-password-grant/store-contract` is a test suite for implementations.
 */
export interface GrantStore {
  /**
   * Keeps a new grant, unless `revokeAll` was called since the login began. Checking and keeping are one act: a grant that
   * is created while `revokeAll` runs is either refused or revoked. Resolves once the grant would survive whatever the store
   * promises to survive. With creations of one subject at once, the subject may have as many grants more than
   * `maxPerSubject` as there are creations, until its next login.
   */
  create(creation: Creation): MaybePromise<CreationResult>
  /** Rotates, recognises a retry, or revokes on reuse. */
  rotate(rotation: Rotation): MaybePromise<RotationResult>
  find(id: string): MaybePromise<Grant | undefined>
  /** The living grants of a subject, the newest first, and no more than `limit`. */
  list(subject: string, limit: number): MaybePromise<Grant[]>
  /** Ends one grant. Resolves to it if it was living, otherwise to `undefined`. */
  revoke(id: string): MaybePromise<Grant | undefined>
  /**
   * Ends all grants of a subject, or all but one, and has `create` and `spend` refuse the logins that began before. That
   * comes first, so that none of those grants is left when it resolves. Resolves to how many living ones it ended.
   */
  revokeAll(subject: string, revocation: RevocationOfAll): MaybePromise<number>
  /** Spends an id that may be used once. */
  spend(spending: Spending): MaybePromise<SpendingResult>
  /** The clock by which the store judges this subject's grants, in milliseconds since the epoch. */
  now(subject: string): MaybePromise<number>
  /** Removes what has expired, where the store does not do so by itself. Resolves to how many rows went. */
  prune(options?: PruneOptions): MaybePromise<number>
}
