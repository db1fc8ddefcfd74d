import type { ServerResponse } from 'node:http'
import type { ShedReason } from '../event.js'

/** Whom a password check is for. */
export interface CheckedLogin {
  /** The response of its request: once it is closed, nobody waits for the outcome. */
  readonly response: ServerResponse
  /** The end user's address as limiters count it. */
  readonly addressKey: string
  /** The user name as limiters count it. */
  readonly userKey: string
}

/** A login that waits in the queue, no longer than it may, and only while its client is there. */
export class QueuedLogin {
  readonly userKey: string
  /** Resolves to `undefined` when its turn has come, otherwise to the reason why it will not come. */
  readonly turn: Promise<ShedReason | undefined>
  /** Ends the waiting. */
  readonly end: (reason: ShedReason | undefined) => void
  readonly #response: ServerResponse

  /**
   * @param queueTimeout Milliseconds.
   * @param leave Called when the login gives up its place by itself.
   */
  constructor({ response, userKey }: CheckedLogin, queueTimeout: number, leave: () => void) {
    let resolveTurn: (reason: ShedReason | undefined) => void = () => undefined
    this.userKey = userKey
    this.#response = response
    this.turn = new Promise((resolve) => (resolveTurn = resolve))
    this.end = (reason) => {
      clearTimeout(timer)
      response.off('close', hangUp)
      resolveTurn(reason)
    }
    const giveUp = (reason: ShedReason) => {
      leave()
      this.end(reason)
    }
    const hangUp = () => {
      giveUp('gone')
    }
    const timer = setTimeout(giveUp, queueTimeout, 'waited')
    response.on('close', hangUp)
  }

  get isGone(): boolean {
    return isGone(this.#response)
  }
}

/** A response behind another one on its connection does not emit `close` when the connection closes. */
export function isGone({ destroyed, req }: ServerResponse): boolean {
  return destroyed || req.socket.destroyed
}
