import { LinkedSlots } from './linked-slots.js'

/** Finds the slots of a {@link GrantTable} by id, by subject and by age, and none of it by looking at all of them. */
export class SlotIndex {
  readonly #slots = new Map<string, number>()
  readonly #siblings = new LinkedSlots()
  readonly #newestOf = new Map<string, number>()
  readonly #ages = new LinkedSlots()
  #newest: number | undefined
  #oldest: number | undefined

  get size(): number {
    return this.#slots.size
  }

  /** The slot that was added first of those that are left. */
  get oldest(): number | undefined {
    return this.#oldest
  }

  slot(id: string): number | undefined {
    return this.#slots.get(id)
  }

  /** The slots of a subject, the newest first. */
  *slotsOf(subject: string): Generator<number> {
    for (let slot = this.#newestOf.get(subject); slot !== undefined; slot = this.#siblings.older(slot)) yield slot
  }

  add(slot: number, id: string, subject: string): void {
    this.#slots.set(id, slot)
    this.#siblings.add(slot, this.#newestOf.get(subject))
    this.#newestOf.set(subject, slot)
    this.#ages.add(slot, this.#newest)
    this.#newest = slot
    this.#oldest ??= slot
  }

  remove(slot: number, id: string, subject: string): void {
    this.#slots.delete(id)
    this.#removeSibling(slot, subject)
    if (slot === this.#newest) this.#newest = this.#ages.older(slot)
    if (slot === this.#oldest) this.#oldest = this.#ages.newer(slot)
    this.#ages.remove(slot)
  }

  #removeSibling(slot: number, subject: string): void {
    const older = this.#siblings.older(slot)
    if (this.#newestOf.get(subject) === slot) {
      if (older === undefined) this.#newestOf.delete(subject)
      else this.#newestOf.set(subject, older)
    }
    this.#siblings.remove(slot)
  }
}
