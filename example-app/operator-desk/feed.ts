import { randomUUID } from 'node:crypto'
import type { Happening } from './happening.js'
import type { Second } from './tally.js'

/** What viewers of the desk are sent. */
export type Content =
  { readonly name: 'happening'; readonly content: Happening } | { readonly name: 'second'; readonly content: Second }

export interface Message {
  /** In the order of sending, within one run of this process. */
  readonly number: number
  readonly name: Content['name']
  /** JSON. */
  readonly text: string
}

const MOST_HAPPENINGS = 200
const MOST_SECONDS = 180

/** Passes messages on to whoever views, and keeps the last ones for those who come later. */
export class Feed {
  /** Of this run of the process: numbers start anew with the next one. */
  readonly run = randomUUID()
  readonly #happenings: Happening[] = []
  readonly #kept = { happening: [] as Message[], second: [] as Message[] } // the compiler takes [] for never[]
  readonly #viewers = new Set<(message: Message) => void>()
  #sent = 0

  send({ name, content }: Content): void {
    this.#sent += 1
    const message = { number: this.#sent, name, text: JSON.stringify(content) }
    keep(this.#kept[name], message, name === 'second' ? MOST_SECONDS : MOST_HAPPENINGS)
    if (name === 'happening') keep(this.#happenings, content, MOST_HAPPENINGS)
    for (const view of this.#viewers) view(message)
  }

  /** The happenings that are kept, the newest first. */
  happenings(): readonly Happening[] {
    return this.#happenings.toReversed()
  }

  /** What is kept of what was sent after a message, the oldest first. */
  after(number: number): readonly Message[] {
    const { happening, second } = this.#kept
    return [...happening, ...second]
      .filter((message) => message.number > number)
      .sort((one, other) => one.number - other.number)
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** From now on `view` is given every message, until the function that is answered is called. */
  subscribe(view: (message: Message) => void): () => void {
    this.#viewers.add(view)
    return () => {
      this.#viewers.delete(view)
    }
  }
}

function keep<T>(kept: T[], one: T, most: number): void {
  kept.push(one)
  if (kept.length > most) kept.shift()
}
