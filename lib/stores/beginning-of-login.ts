import type { GrantStore } from '../grant-store.js'
import { CLOCK_MARGIN } from '../clock-margin.js'

/** A store that takes longer is asked once more: beyond the margin, the delay would count as time after a revocation. */
export const PROMPT = CLOCK_MARGIN

/**
 * When a login began by the store's clock, which may be ahead of this process or behind.
 *
 * The answer may be late by what the call took to reach the store, never early, so that no login that began after a revocation is taken
 * for an earlier one. A driver that waited for a connection is asked again.
 *
 * @param beganAt The same by the clock of this process. Milliseconds since the epoch.
 */
export async function beginningOfLogin(
  store: Pick<GrantStore, 'now'>,
  subject: string,
  beganAt: number,
): Promise<number> {
  const first = await asked(store, subject, beganAt)
  return first.took <= PROMPT ? first.time : (await asked(store, subject, beganAt)).time
}

async function asked(store: Pick<GrantStore, 'now'>, subject: string, beganAt: number) {
  const askedAt = Date.now()
  const time = (await store.now(subject)) - (askedAt - beganAt) - CLOCK_MARGIN
  return { time, took: Date.now() - askedAt }
}
