const PAGE_SLOTS = 1024

/** One value a slot, in pages: it grows without copying what is there. */
export class Column<T> {
  readonly #pages: Record<number, T>[] = []
  readonly #empty: T
  readonly #newPage: (slots: number) => Record<number, T>

  /** @param empty What a slot holds that was never set. */
  constructor(empty: T, newPage: (slots: number) => Record<number, T>) {
    this.#empty = empty
    this.#newPage = newPage
  }

  get(slot: number): T {
    return this.#pages[Math.floor(slot / PAGE_SLOTS)]?.[slot % PAGE_SLOTS] ?? this.#empty
  }

  /** @param slot Any that was set before, or the next one. */
  set(slot: number, value: T): void {
    const page = (this.#pages[Math.floor(slot / PAGE_SLOTS)] ??= this.#newPage(PAGE_SLOTS))
    page[slot % PAGE_SLOTS] = value
  }
}

/** Eight bytes a slot: exact to 2^53. */
export function numberColumn(): Column<number> {
  return new Column(0, (slots) => new Float64Array(slots))
}

/** Four bytes a slot: for the numbers of other slots. */
export function slotColumn(): Column<number> {
  return new Column(0, (slots) => new Int32Array(slots))
}

export function referenceColumn<T>(): Column<T | undefined> {
  return new Column<T | undefined>(undefined, (slots) => new Array<T | undefined>(slots))
}
