/** Ids that are spent, each until its time, in the memory of one process. */
export class SpentIds {
  readonly #expiresAt = new Map<string, number>()

  /** Whether it was not there before. */
  add(id: string, expiresAt: number, now: number): boolean {
    if (this.#expiresAt.has(id)) return false
    this.#sweep(now)
    this.#expiresAt.set(id, expiresAt)
    return true
  }

  /** Removes what has expired. Answers how many went. */
  prune(now: number): number {
    const before = this.#expiresAt.size
    for (const [id, expiresAt] of this.#expiresAt) if (expiresAt <= now) this.#expiresAt.delete(id)
    return before - this.#expiresAt.size
  }

  /** All live equally long, so what expires first was added first. */
  #sweep(now: number): void {
    for (const [id, expiresAt] of this.#expiresAt) {
      if (expiresAt > now) return
      this.#expiresAt.delete(id)
    }
  }
}
