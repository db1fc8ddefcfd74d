/** Texts of one length in one buffer, made at once: what the measurement remembers does not grow while it measures. */
export class TextColumn {
  readonly #bytes: Buffer
  readonly #length: number

  constructor(rows: number, length: number) {
    this.#bytes = Buffer.alloc(rows * length)
    this.#length = length
  }

  set(row: number, text: string): void {
    if (text.length !== this.#length) throw new RangeError(`${text} is not ${this.#length} characters long`)
    this.#bytes.write(text, row * this.#length, 'latin1')
  }

  get(row: number): string {
    return this.#bytes.toString('latin1', row * this.#length, (row + 1) * this.#length)
  }
}
