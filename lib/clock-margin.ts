/**
 * What comparing the beginning of a login with a revocation may be off by, in milliseconds: clocks are read in whole milliseconds, and
 * a call takes some to reach the store. A login that began so shortly after `revokeAll` was asked for counts as one that began before.
 */
export const CLOCK_MARGIN = 10
