import type { Grant } from '../grant.js'
import { newestFirst } from './newest-first.js'

/** The newest of many grants that come in any order, some of them twice, without keeping many more than are wanted. */
export class NewestGrants {
  readonly #limit: number
  #grants = new Map<string, Grant>()
  #from = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** No grant that was created before this time is among the newest. Milliseconds since the epoch. */
  get from(): number {
    return this.#from
  }

  add(grants: readonly Grant[]): void {
    for (const grant of grants) this.#grants.set(grant.id, grant)
    if (this.#grants.size <= this.#limit) return
    const newest = this.sorted()
    this.#grants = new Map(newest.map((grant) => [grant.id, grant]))
    this.#from = newest.at(-1)?.createdAt ?? 0
  }

  /** The newest first, no more than the limit. */
  sorted(): Grant[] {
    return [...this.#grants.values()].sort(newestFirst).slice(0, this.#limit)
  }
}
