interface Revoked {
  /** Milliseconds since the epoch, as is the next. */
  readonly at: number
  readonly until: number
}

/** When all grants of a subject were last revoked, as long as a login that began before may be under way, in memory. */
export class RevokedSubjects {
  readonly #revoked = new Map<string, Revoked>()

  add(subject: string, loginLifetime: number, now: number): void {
    this.prune(now)
    this.#revoked.set(subject, { at: now, until: now + loginLifetime })
  }

  /** Whether a login that began then must be refused. */
  refuses(subject: string, beganAt: number): boolean {
    const revoked = this.#revoked.get(subject)
    return revoked !== undefined && beganAt <= revoked.at
  }

  /** Removes what no login needs any longer. Returns how many there were. */
  prune(now: number): number {
    const before = this.#revoked.size
    for (const [subject, { until }] of this.#revoked) if (until <= now) this.#revoked.delete(subject)
    return before - this.#revoked.size
  }
}
