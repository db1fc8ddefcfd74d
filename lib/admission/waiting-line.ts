import type { ServerResponse } from 'node:http'
import type { ShedReason } from '../shed-reason.js'

interface Waiting {
  readonly response: ServerResponse
  /** Ends the waiting: `undefined` if its turn has come, or why it will not. */
  end(reason: ShedReason | undefined): void
}

/** Requests that wait for their turn, the first come first. */
export class WaitingLine {
  readonly #longest: number
  // A set, because those who leave stand anywhere in it.
  readonly #line = new Set<Waiting>()

  /** @param longest Milliseconds. */
  constructor(longest: number) {
    this.#longest = longest
  }

  get length(): number {
    return this.#line.size
  }

  /** Resolves to `undefined` when its turn has come, else to why it will not come. */
  wait(response: ServerResponse): Promise<ShedReason | undefined> {
    if (isGone(response)) return Promise.resolve('gone')
    return new Promise((resolve) => {
      const waiting: Waiting = {
        response,
        end: (reason) => {
          clearTimeout(timer)
          response.off('close', leave)
          this.#line.delete(waiting)
          resolve(reason)
        },
      }
      const leave = () => {
        waiting.end('gone')
      }
      const timer = setTimeout(() => {
        waiting.end('waited')
      }, this.#longest)
      response.on('close', leave)
      this.#line.add(waiting)
    })
  }

  /** Gives a place to the first who is still there. Answers whether somebody took it. */
  next(): boolean {
    for (const waiting of this.#line) {
      const gone = isGone(waiting.response)
      waiting.end(gone ? 'gone' : undefined)
      if (!gone) return true
    }
    return false
  }
}

/** A response behind another one on its connection is not told that the connection has closed. */
function isGone({ destroyed, req }: ServerResponse): boolean {
  return destroyed || req.socket.destroyed
}
