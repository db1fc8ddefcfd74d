import type { Waiter } from './waiter.js'
import { Queue } from './queue.js'

/** How many attempts may wait at all keys of a limiter together. Each keeps its request, with a password, in memory. */
const MOST = 5000

/** The queues of one limiter, by key. A queue is there while an attempt of its key is under way or waits. */
export class Queues {
  readonly #queues = new Map<string, Queue>()
  #waiting = 0

  at(key: string): Queue | undefined {
    return this.#queues.get(key)
  }

  /** An attempt is under way. */
  begin(key: string): void {
    this.#open(key).underWay += 1
  }

  /** An attempt is over. @param isMove Whether it no longer counts. */
  end(key: string, isMove: boolean): void {
    const queue = this.#open(key)
    queue.underWay -= 1
    if (isMove) queue.move()
    queue.wakeFirst()
    this.#tidy(key, queue)
  }

  /** Returns the queue that the waiter has joined, or `undefined` if too many wait already. */
  join(key: string, waiter: Waiter, most: number): Queue | undefined {
    if (this.#waiting >= MOST) return undefined
    if ((this.at(key)?.length ?? 0) >= most) return undefined
    const queue = this.#open(key)
    queue.join(waiter)
    this.#waiting += 1
    return queue
  }

  leave(key: string, waiter: Waiter): void {
    const queue = this.#open(key)
    queue.leave(waiter)
    this.#waiting -= 1
    this.#tidy(key, queue)
  }

  #open(key: string): Queue {
    const known = this.#queues.get(key)
    if (known !== undefined) return known
    const queue = new Queue()
    this.#queues.set(key, queue)
    return queue
  }

  #tidy(key: string, queue: Queue): void {
    if (queue.underWay + queue.length === 0) this.#queues.delete(key)
  }
}
