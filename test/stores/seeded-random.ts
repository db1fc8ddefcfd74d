/** Numbers that look random and are the same for the same seed (mulberry32). */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** A whole number from 0 to `below` - 1. */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  /** One of some; `undefined` of none. */
  oneOf<T>(some: readonly [T, ...T[]]): T
  oneOf<T>(some: readonly T[]): T | undefined
  oneOf<T>(some: readonly T[]): T | undefined {
    return some[this.below(some.length)]
  }
}
