import type { WriteStream } from 'node:tty'

const WIDTH = 24

/** One line that fills up, where a person watches; nothing where the output goes to a file or another program. */
export class ProgressBar {
  readonly #out: Pick<WriteStream, 'isTTY' | 'write'>
  readonly #of: number
  #done = 0

  constructor(out: Pick<WriteStream, 'isTTY' | 'write'>, of: number) {
    this.#out = out
    this.#of = of
  }

  /** One more is done, of what is named. */
  step(name: string): void {
    this.#done = Math.min(this.#of, this.#done + 1)
    const filled = Math.floor((WIDTH * this.#done) / this.#of)
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
    this.#draw(`${bar} ${String(this.#done).padStart(String(this.#of).length)} of ${String(this.#of)}  ${name}`)
  }

  /** Takes the line away. */
  end(): void {
    this.#draw('')
  }

  #draw(text: string): void {
    if (this.#out.isTTY) this.#out.write(`\r${text}\x1b[K`)
  }
}
