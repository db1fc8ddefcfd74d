import type { ServerResponse } from 'node:http'
import type { MaybePromise } from '../grant-store.js'
import type { ShedReason } from '../shed-reason.js'
import { timeLimit } from '../time-limit.js'
import { ShedLogin } from './shed-login.js'
import { WaitingLine } from './waiting-line.js'

/** How many passwords are being checked, and how many logins wait for theirs to be: for a dashboard. */
export interface PasswordCheckGauge {
  readonly inFlight: number
  readonly waiting: number
}

export interface PasswordCheckLimits {
  readonly atOnce: number
  readonly waiting: number
  /** Milliseconds. */
  readonly wait: number
  /** Milliseconds, or `Infinity`. */
  readonly timeout: number
}

/** Each keeps a password in memory. */
const MOST_IDLE_WORK = 1000

/**
 * The password checks of a server: so many at once, so many waiting, so long, first come first served. Checks beyond that,
 * and those whose client has gone, are not made.
 */
export class PasswordChecks implements PasswordCheckGauge {
  readonly #limits: PasswordCheckLimits
  readonly #onShed: (reason: ShedReason) => void
  readonly #line: WaitingLine
  readonly #idleWork = new Set<() => void>()
  #inFlight = 0

  constructor(limits: PasswordCheckLimits, onShed: (reason: ShedReason) => void) {
    this.#limits = limits
    this.#onShed = onShed
    this.#line = new WaitingLine(limits.wait)
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#line.length
  }

  /**
   * Makes the check when its turn comes.
   * @param response Of the request that it is for: once that is closed, nobody waits for the outcome.
   * @throws ShedLogin where it is not made. Rejects with an Error where it takes too long, and gives its place to the next.
   */
  async admit<T>(check: () => MaybePromise<T>, response: ServerResponse): Promise<T> {
    if (this.#inFlight < this.#limits.atOnce) this.#inFlight++
    else await this.#turn(response)
    return this.#make(check)
  }

  /** Does work that nobody waits for once there is a place and nobody in line for it; not at all where that takes long. */
  whenIdle(work: () => Promise<void>, onError: (error: unknown) => void): void {
    if (this.#idleWork.size >= MOST_IDLE_WORK) return
    const begin = () => {
      clearTimeout(timer)
      this.#idleWork.delete(begin)
      this.#make(work).catch(onError)
    }
    const timer = setTimeout(() => this.#idleWork.delete(begin), this.#limits.wait).unref()
    this.#idleWork.add(begin)
    this.#beginIdleWork()
  }

  /** Comes with a place that somebody else has left. */
  async #turn(response: ServerResponse): Promise<void> {
    const reason = this.#line.length < this.#limits.waiting ? await this.#line.wait(response) : 'full'
    if (reason === undefined) return
    this.#onShed(reason)
    throw new ShedLogin(Math.ceil(this.#limits.wait / 1000))
  }

  async #make<T>(check: () => MaybePromise<T>): Promise<T> {
    try {
      const { timeout } = this.#limits
      return await (timeout === Infinity ? check() : timeLimit((async () => check())(), timeout, lateCheck))
    } finally {
      if (!this.#line.next()) {
        this.#inFlight--
        this.#beginIdleWork()
      }
    }
  }

  #beginIdleWork(): void {
    for (const begin of this.#idleWork) {
      if (this.#inFlight >= this.#limits.atOnce) return
      this.#inFlight++
      begin()
    }
  }
}

function lateCheck(): Error {
  return new Error('A password check took longer than passwordChecks.timeout, and its outcome was dropped.')
}
