/** What one look at the server found. */
export interface Finding {
  readonly outcome: 'pass' | 'warn' | 'fail'
  /** What was looked at, in a word or two. */
  readonly about: string
  readonly message: string
  /** What to do, where it is not as it should be. */
  readonly remedy?: string
}

/** A rule: how bad it is when it is broken, and what to say in each case. */
export interface Rule {
  readonly about: string
  readonly isKept: boolean
  readonly kept: string
  readonly broken: string
  readonly remedy: string
  /** Default: fail. */
  readonly severity?: 'warn' | 'fail'
}

export function found({ about, isKept, kept, broken, remedy, severity = 'fail' }: Rule): Finding {
  return isKept ? { outcome: 'pass', about, message: kept } : { outcome: severity, about, message: broken, remedy }
}
