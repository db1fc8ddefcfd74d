import { isSameWindow, type Count } from './counter.js'
import type { Refusal, Waiter } from './waiter.js'

/** The attempts of one key in this process: those under way, and those that wait for them, first come first served. */
export class Queue {
  underWay = 0
  readonly #waiting = new Set<Waiter>()
  #lastCount: Count | undefined
  #movedAt = 0

  get length(): number {
    return this.#waiting.size
  }

  join(waiter: Waiter): void {
    this.#waiting.add(waiter)
  }

  leave(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    this.wakeFirst()
  }

  isFirst(waiter: Waiter): boolean {
    const [first] = this.#waiting
    return first === waiter
  }

  wakeFirst(): void {
    const [first] = this.#waiting
    first?.wake()
  }

  /** Notes that an attempt no longer counts, so that others may get its place. */
  move(): void {
    this.#movedAt = Date.now()
  }

  /** Notes a count that was read: one that has fallen shows that attempts in other processes are given back. */
  see(count: Count): void {
    const last = this.#lastCount
    if (last !== undefined && (count.hits < last.hits || !isSameWindow(count, last))) this.move()
    this.#lastCount = count
  }

  /** Refuses all who have waited for so many milliseconds since anything moved. */
  refuseAfter(milliseconds: number, refusal: Refusal): void {
    const latest = Date.now() - milliseconds
    for (const waiter of this.#waiting) {
      if (milliseconds === 0 || Math.max(waiter.since, this.#movedAt) <= latest) waiter.refuse(refusal)
    }
  }
}
