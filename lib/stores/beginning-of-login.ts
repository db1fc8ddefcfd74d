import type { GrantStore } from '../grant-store.js'
import { CLOCK_MARGIN } from './clock-margin.js'

/** A store that takes longer is asked once more: beyond the margin, the delay would count as time after a revocation. */
export const PROMPT = CLOCK_MARGIN

/**
 * When a login began by the store's clock, which may be ahead of this process or behind.
 *
 * Never later than it was, so that no login that began before a revocation is taken for a later one. A driver that waited for a
 * connection is asked again, because otherwise the wait would count.
 *
 * @param beganAt The same by the clock of this process. Milliseconds since the epoch.
 */
export async function beginningOfLogin(
  store: Pick<GrantStore, 'now'>,
  subject: string,
  beganAt: number,
): Promise<number> {
  const first = await asked(store, subject, beganAt)
  if (first.took <= PROMPT) return first.time
  const second = await asked(store, subject, beganAt)
  // All of the call may have been the way to the store. Then the login rather counts as an earlier one.
  return second.took <= PROMPT ? second.time : second.time - second.took
}

async function asked(store: Pick<GrantStore, 'now'>, subject: string, beganAt: number) {
  const askedAt = Date.now()
  const time = (await store.now(subject)) - (askedAt - beganAt) - CLOCK_MARGIN
  return { time, took: Date.now() - askedAt }
}
