import { LinkedList, type ListNode } from './linked-list.js'

/** Finds the longest of several queues in constant time, because a length changes by one at a time. */
export class ByLength<T extends { readonly length: number }> {
  /** The queues of each length; the last level is never empty. */
  readonly #levels: LinkedList<T>[] = []
  readonly #nodes = new Map<T, ListNode<T>>()

  /** Of several that are longest the one that became so last, so that whoever has waited longest keeps the place. */
  get longest(): T | undefined {
    return this.#levels.at(-1)?.last?.value
  }

  /** To be called whenever the length of a queue has changed by one. A queue of length 0 is forgotten. */
  update(queue: T, lengthBefore: number): void {
    const node = this.#nodes.get(queue)
    if (node !== undefined) this.#level(lengthBefore).remove(node)
    if (queue.length === 0) this.#nodes.delete(queue)
    else this.#nodes.set(queue, this.#level(queue.length).push(queue))
    while (this.#levels.at(-1)?.isEmpty === true) this.#levels.pop()
  }

  #level(length: number): LinkedList<T> {
    const level = this.#levels[length] ?? new LinkedList<T>()
    this.#levels[length] = level
    return level
  }
}
