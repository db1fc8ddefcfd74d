/** What one user name may have of the password checks at once, over all addresses. */
export interface NameShare {
  readonly maxQueuedPerName: number
  readonly maxInFlightPerName: number
}

/** A user who logs in from every device at once does not need more, and `limits.userAndAddress` allows as many guesses. */
const HANDFUL = 10

/**
 * Names need a limit of their own, because one account with the right password is not stopped by the limits on failures, and
 * many addresses can be had for a little money.
 *
 * - In flight: half of the checks, rounded up. With two or more there is always one that the others can have, even while all
 *   checks of one account hang. A user who logs in several times at once only waits a little longer.
 * - Queued: a tenth of the queue. By default these are the 100 places that `limits.user` lets strangers fill with one name,
 *   so the share refuses nobody whom the limits let through. In a short queue it is ten, but never more than half of it, so
 *   that half is left for the others.
 */
export function nameShare(concurrency: number, maxQueued: number): NameShare {
  return {
    maxInFlightPerName: Math.ceil(concurrency / 2),
    maxQueuedPerName: Math.ceil(Math.min(maxQueued / 2, Math.max(HANDFUL, maxQueued / 10))),
  }
}
