import type { Waiter } from './waiter.js'
import { WaitingLine } from './waiting-line.js'

/** How many attempts may wait at all keys of a limiter together. Each keeps its request, with a password, in memory. */
const MOST = 5000

/** The waiting lines of one limiter, by key. A line is there while an attempt of its key is under way or waits. */
export class WaitingLines {
  readonly #lines = new Map<string, WaitingLine>()
  #waiting = 0

  at(key: string): WaitingLine | undefined {
    return this.#lines.get(key)
  }

  /** An attempt is under way. */
  begin(key: string): void {
    this.#open(key).underWay += 1
  }

  /** An attempt is over. @param isMove Whether it no longer counts. */
  end(key: string, isMove: boolean): void {
    const line = this.#open(key)
    line.underWay -= 1
    if (isMove) line.move()
    line.wakeFirst()
    this.#tidy(key, line)
  }

  /** Returns the line that the waiter has joined, or `undefined` if too many wait already. */
  join(key: string, waiter: Waiter, most: number): WaitingLine | undefined {
    if (this.#waiting >= MOST) return undefined
    if ((this.at(key)?.length ?? 0) >= most) return undefined
    const line = this.#open(key)
    line.join(waiter)
    this.#waiting += 1
    return line
  }

  leave(key: string, waiter: Waiter): void {
    const line = this.#open(key)
    line.leave(waiter)
    this.#waiting -= 1
    this.#tidy(key, line)
  }

  #open(key: string): WaitingLine {
    const known = this.#lines.get(key)
    if (known !== undefined) return known
    const line = new WaitingLine()
    this.#lines.set(key, line)
    return line
  }

  #tidy(key: string, line: WaitingLine): void {
    if (line.underWay + line.length === 0) this.#lines.delete(key)
  }
}
