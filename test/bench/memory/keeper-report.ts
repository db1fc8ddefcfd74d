/** Bytes: in all, or for each login. */
export interface Kept {
  readonly heap: number
  readonly resident: number
  /** On disk or in another server; undefined where nothing is. */
  readonly outside: number | undefined
}

/** Bytes for each login. */
export interface KeeperReport {
  readonly afterLogins: Kept
  readonly afterRefreshes: Kept
}

export function perLogin(before: Kept, after: Kept, logins: number): Kept {
  return {
    heap: (after.heap - before.heap) / logins,
    resident: (after.resident - before.resident) / logins,
    outside: after.outside === undefined ? undefined : (after.outside - (before.outside ?? 0)) / logins,
  }
}
