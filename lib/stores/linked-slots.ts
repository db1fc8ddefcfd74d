import { slotColumn } from './column.js'

/** Any number of lists of slots, each slot in at most one, 8 bytes a slot. What is put in later is newer. */
export class LinkedSlots {
  // One more than the number of the slot, so that the 0 of a fresh column says that there is none.
  readonly #older = slotColumn()
  readonly #newer = slotColumn()

  /** Puts a slot in front of the list whose newest slot is given; in a new list where none is. */
  add(slot: number, newest: number | undefined): void {
    this.#older.set(slot, newest === undefined ? 0 : newest + 1)
    this.#newer.set(slot, 0)
    if (newest !== undefined) this.#newer.set(newest, slot + 1)
  }

  remove(slot: number): void {
    const older = this.older(slot)
    const newer = this.newer(slot)
    if (older !== undefined) this.#newer.set(older, newer === undefined ? 0 : newer + 1)
    if (newer !== undefined) this.#older.set(newer, older === undefined ? 0 : older + 1)
  }

  older(slot: number): number | undefined {
    const older = this.#older.get(slot)
    return older === 0 ? undefined : older - 1
  }

  newer(slot: number): number | undefined {
    const newer = this.#newer.get(slot)
    return newer === 0 ? undefined : newer - 1
  }
}
