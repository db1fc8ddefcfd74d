/**
 * How much the comparison of a login's beginning with a revocation may be off, in milliseconds: clocks are read in whole
 * milliseconds, and a call takes some to reach the store. A call that took longer than this is checked again, so no delay lets
 * through a login that began before `revokeAll`. A login that began this shortly after it counts as one that began before.
 */
export const CLOCK_MARGIN = 50
