import type { MaybePromise } from '../grant-store.js'

/** How many hits a key has in its current window. */
export interface Count {
  readonly hits: number
  /** When the window ends, in milliseconds since the epoch. Absent if the store does not say. */
  readonly resetsAt: number | undefined
}

/** The count after one more hit, and the ways to take that hit back. */
export interface Hit extends Count {
  /** Takes this hit back. Does nothing if its window is over or was cleared, and never takes a count below zero. */
  undo(): MaybePromise<void>
  /** Removes the key with all its hits. */
  clear(): MaybePromise<void>
}

/** Counts hits by key in windows of time. A key whose count returns to zero is removed if the store allows it. */
export interface Counter {
  add(key: string): MaybePromise<Hit>
  count(key: string): MaybePromise<Count>
}

/**
 * How far apart the ends of one window may seem, in milliseconds: stores say how much of it is left, and the reply takes its
 * time.
 */
const TOLERANCE_MS = 500

/** Whether two counts of a key are of the same window, as far as the store says. */
export function isSameWindow({ resetsAt: one }: Count, { resetsAt: other }: Count): boolean {
  return one === undefined || other === undefined || Math.abs(one - other) <= TOLERANCE_MS
}
