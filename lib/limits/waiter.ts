import type { ServerResponse } from 'node:http'

/** Why an attempt is not made. */
export interface Refusal {
  /** Seconds until another attempt may be worth making. */
  readonly retryAfter: number
  /** Whether the client has closed its connection, so that nobody learns about the refusal. */
  readonly isGone: boolean
}

/** How much longer a login may wait at limits in all, in milliseconds. */
export interface Patience {
  left: number
}

/** An attempt that waits until others are over. */
export class Waiter {
  readonly since = Date.now()
  readonly #response: ServerResponse
  readonly #patience: Patience
  #mayLook = false
  #refusal: Refusal | undefined
  #resume = () => {}

  constructor(response: ServerResponse, patience: Patience) {
    this.#response = response
    this.#patience = patience
  }

  get isPatient(): boolean {
    return this.#patience.left > 0
  }

  /** Lets it look whether there is room, now or as soon as it pauses. */
  wake(): void {
    this.#mayLook = true
    this.#resume()
  }

  refuse(refusal: Refusal): void {
    this.#refusal = refusal
    this.#resume()
  }

  /**
   * Resolves when it may look again, after the given milliseconds at the latest; or to a refusal, if it was refused or if
   * its client has gone.
   */
  async pause(milliseconds: number): Promise<Refusal | undefined> {
    if (!this.#mayLook && this.#refusal === undefined && !isGone(this.#response)) await this.#pause(milliseconds)
    this.#mayLook = false
    return isGone(this.#response) ? { retryAfter: 1, isGone: true } : this.#refusal
  }

  async #pause(milliseconds: number): Promise<void> {
    const began = Date.now()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(milliseconds, this.#patience.left))
      const resume = () => {
        clearTimeout(timer)
        resolve()
      }
      this.#resume = resume
      this.#response.once('close', resume)
    }).finally(() => {
      this.#response.off('close', this.#resume)
    })
    this.#resume = () => {}
    this.#patience.left -= Date.now() - began
  }
}

/** A response that is queued behind another one on its connection is not notified when the connection closes. */
function isGone({ destroyed, req }: ServerResponse): boolean {
  return destroyed || req.socket.destroyed
}
