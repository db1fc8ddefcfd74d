/** A place in a {@link LinkedList}. */
export interface ListNode<T> {
  readonly value: T
  previous: ListNode<T> | undefined
  next: ListNode<T> | undefined
}

/** A list from which any member can be removed in constant time. A `Map` or `Set` has no last member and leaves holes in front. */
export class LinkedList<T> {
  #first: ListNode<T> | undefined
  #last: ListNode<T> | undefined

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  get first(): ListNode<T> | undefined {
    return this.#first
  }

  get last(): ListNode<T> | undefined {
    return this.#last
  }

  /** Appends a value. */
  push(value: T): ListNode<T> {
    const node: ListNode<T> = { value, previous: this.#last, next: undefined }
    if (this.#last === undefined) this.#first = node
    else this.#last.next = node
    this.#last = node
    return node
  }

  /** Removes the first value and returns it. */
  shift(): T | undefined {
    const first = this.#first
    if (first !== undefined) this.remove(first)
    return first?.value
  }

  /** @param node A node of this list that has not been removed before. */
  remove(node: ListNode<T>): void {
    const { previous, next } = node
    if (previous === undefined) this.#first = next
    else previous.next = next
    if (next === undefined) this.#last = previous
    else next.previous = previous
  }
}
