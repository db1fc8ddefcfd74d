import { availableParallelism } from 'node:os'
import { PasswordChecks } from '../admission/password-checks.js'
import { shedReport } from '../admission/shed-report.js'
import type { TellEvent } from '../event.js'
import { timerSeconds, type Lifetime } from '../lifetime.js'
import { knownMembers, wholeNumber } from './option-kinds.js'

/**
 * Limits how many password checks run at once, because hashes fill the thread pool that file access and DNS lookups need too.
 * The other logins wait in a queue in which addresses take turns, and user names at each address, so that nobody can crowd
 * out everybody else.
 */
export interface PasswordChecksOptions {
  /**
   * Maximum number of checks at once; one user name has at most half of them. Default: the number of cores, but one less than
   * libuv has threads (`UV_THREADPOOL_SIZE`). If another server checks the passwords, as with LDAP, set a higher number.
   */
  concurrency?: number | undefined
  /**
   * Maximum number of logins in the queue; one user name has at most a tenth of it (or ten places, but no more than half).
   * When the queue is full, a login from an address with few others waiting takes the place of the newest one from the
   * address with the most; whoever has no place gets a 503 at once. Default: `1000`.
   */
  maxQueued?: number | undefined
  /** Maximum time in the queue; after that the login gets a 503. Default: `'10s'`. */
  queueTimeout?: Lifetime | undefined
  /** Maximum time for one check; after that the login gets a 500, and the next check begins. Default: `'30s'`. */
  timeout?: Lifetime | undefined
}

const MEMBERS = {
  concurrency: true,
  maxQueued: true,
  queueTimeout: true,
  timeout: true,
} satisfies Record<keyof PasswordChecksOptions, true>

/**
 * A queue of a thousand takes about 5 seconds at the 190 argon2id hashes a second of two cores. Ten seconds are as long as
 * people and clients wait for a login, and half a minute is longer than any hash takes: a check that hangs must not keep its
 * place.
 */
const DEFAULTS = { maxQueued: 1000, queueTimeout: '10s', timeout: '30s' } as const

/** How many passwords are checked at once, and how many logins wait; `false` for no limit. */
export function passwordChecksOption(value: unknown, onEvent: TellEvent): PasswordChecks {
  const isOn = value !== false
  const {
    concurrency = defaultConcurrency(),
    maxQueued = DEFAULTS.maxQueued,
    queueTimeout = DEFAULTS.queueTimeout,
    timeout = DEFAULTS.timeout,
  } = knownMembers('passwordChecks', !isOn || value === undefined ? {} : value, MEMBERS)
  const limits = {
    concurrency: isOn ? wholeNumber('passwordChecks.concurrency', concurrency, 1) : Infinity,
    maxQueued: wholeNumber('passwordChecks.maxQueued', maxQueued, 0),
    queueTimeout: timerSeconds('passwordChecks.queueTimeout', queueTimeout) * 1000,
    timeout: isOn ? timerSeconds('passwordChecks.timeout', timeout) * 1000 : Infinity,
  }
  const report = shedReport((reason, count) => {
    onEvent({ type: 'load_shed', reason, count, inFlight: checks.inFlight, waiting: checks.waiting })
  })
  const checks = new PasswordChecks(limits, report)
  return checks
}

/** The number of cores, but one less than there are threads: file access and DNS lookups use the same pool (4 by default). */
function defaultConcurrency(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4
  return Math.max(1, Math.min(availableParallelism(), threads - 1))
}
