import type { MaybePromise } from '../grant-store.js'
import type { ShedReason } from '../event.js'
import { withTimeout } from '../async/timeout.js'
import { FairQueue } from './fair-queue.js'
import { nameShare } from './name-share.js'
import { isGone, QueuedLogin, type CheckedLogin } from './queued-login.js'
import { ShedLogin } from './shed-login.js'

/** How many passwords are being checked, and how many logins wait in the queue: for a dashboard. */
export interface PasswordCheckGauge {
  readonly inFlight: number
  readonly waiting: number
}

export interface PasswordCheckLimits {
  readonly concurrency: number
  readonly maxQueued: number
  /** Milliseconds. */
  readonly queueTimeout: number
  /** Milliseconds, or `Infinity`. */
  readonly timeout: number
}

/** Each keeps a password in memory. */
const MOST_IDLE_WORK = 1000

/**
 * Runs the password checks of a server, a limited number at once. The others wait in a fair queue. Checks that find no place
 * there, wait too long, or whose client has gone, are not made.
 */
export class PasswordChecks implements PasswordCheckGauge {
  readonly #limits: PasswordCheckLimits
  readonly #onShed: (reason: ShedReason) => void
  readonly #queue: FairQueue<QueuedLogin>
  readonly #idleWork = new Set<() => void>()
  #inFlight = 0

  constructor(limits: PasswordCheckLimits, onShed: (reason: ShedReason) => void) {
    const { concurrency, maxQueued } = limits
    this.#limits = limits
    this.#onShed = onShed
    this.#queue = new FairQueue({ maxQueued, ...nameShare(concurrency, maxQueued) }, (displaced) => {
      displaced.end('full')
    })
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#queue.length
  }

  /**
   * Runs the check when its turn comes.
   * @throws ShedLogin if the check is not made. Rejects with an Error if it exceeds the timeout, and lets the next one begin.
   */
  async admit<T>(check: () => MaybePromise<T>, login: CheckedLogin): Promise<T> {
    if (this.#inFlight < this.#limits.concurrency && this.#queue.begin(login.userKey)) this.#inFlight++
    else await this.#turn(login)
    try {
      return await this.#run(check)
    } finally {
      this.#queue.end(login.userKey)
      this.#free()
    }
  }

  /**
   * Does work that nobody waits for as soon as there is a place that no login can take. If that takes longer than logins may
   * wait, the work is dropped.
   */
  whenIdle(work: () => Promise<void>, onError: (error: unknown) => void): void {
    if (this.#idleWork.size >= MOST_IDLE_WORK) return
    const begin = () => {
      clearTimeout(timer)
      this.#idleWork.delete(begin)
      this.#workAside(work).catch(onError)
    }
    const timer = setTimeout(() => this.#idleWork.delete(begin), this.#limits.queueTimeout).unref()
    this.#idleWork.add(begin)
    this.#beginIdleWork()
  }

  /** Resolves once another check has left its place to this login. */
  async #turn(login: CheckedLogin): Promise<void> {
    const reason = await this.#wait(login)
    if (reason === undefined) return
    this.#onShed(reason)
    throw new ShedLogin(Math.ceil(this.#limits.queueTimeout / 1000))
  }

  #wait(login: CheckedLogin): MaybePromise<ShedReason | undefined> {
    const { response, addressKey, userKey } = login
    if (isGone(response)) return 'gone'
    if (!this.#queue.makeRoom(addressKey, userKey)) return 'full'
    const queued = new QueuedLogin(login, this.#limits.queueTimeout, () => {
      this.#queue.leave(ticket)
    })
    const ticket = this.#queue.add(queued, addressKey, userKey)
    return queued.turn
  }

  async #workAside(work: () => Promise<void>): Promise<void> {
    try {
      await this.#run(work)
    } finally {
      this.#free()
    }
  }

  #run<T>(check: () => MaybePromise<T>): MaybePromise<T> {
    const { timeout } = this.#limits
    return timeout === Infinity ? check() : withTimeout((async () => check())(), timeout, lateCheck)
  }

  /** Passes the place of a check that has ended to the next login, or to work that can wait. */
  #free(): void {
    for (let login = this.#queue.next(); login !== undefined; login = this.#queue.next()) {
      if (!login.isGone) {
        login.end(undefined)
        return
      }
      login.end('gone')
      this.#queue.end(login.userKey)
    }
    this.#inFlight--
    this.#beginIdleWork()
  }

  #beginIdleWork(): void {
    for (const begin of this.#idleWork) {
      if (this.#inFlight >= this.#limits.concurrency) return
      this.#inFlight++
      begin()
    }
  }
}

function lateCheck(): Error {
  return new Error('A password check took longer than passwordChecks.timeout, and its outcome was dropped.')
}
