import { availableParallelism } from 'node:os'
import { PasswordChecks } from '../admission/password-checks.js'
import { shedReport } from '../admission/shed-report.js'
import type { TellEvent } from '../event.js'
import { timerSeconds } from '../lifetime.js'
import { knownMembers, wholeNumber } from './option-kinds.js'
import type { PasswordChecksOptions } from './password-checks-options.js'

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
