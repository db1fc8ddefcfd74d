import { availableParallelism } from 'node:os'
import { PasswordChecks } from '../admission/password-checks.js'
import { shedReport } from '../admission/shed-report.js'
import type { TellEvent } from '../event.js'
import { timerSeconds } from '../lifetime.js'
import { knownMembers, wholeNumber } from './option-kinds.js'

const MEMBERS = { atOnce: true, waiting: true, wait: true, timeout: true } as const

/**
 * A thousand wait about 5 seconds at the 190 argon2id hashes a second of two cores. Ten seconds are as long as people and
 * clients wait for a login, and half a minute is longer than any hash takes: a check that hangs must not keep its place.
 */
const DEFAULTS = { waiting: 1000, wait: '10s', timeout: '30s' } as const

/** How many passwords are checked at once, and how many wait: `false` for as many as come. */
export function passwordChecksOption(value: unknown, onEvent: TellEvent): PasswordChecks {
  const isOn = value !== false
  const {
    atOnce = usualAtOnce(),
    waiting = DEFAULTS.waiting,
    wait = DEFAULTS.wait,
    timeout = DEFAULTS.timeout,
  } = knownMembers('passwordChecks', !isOn || value === undefined ? {} : value, MEMBERS)
  const limits = {
    atOnce: isOn ? wholeNumber('passwordChecks.atOnce', atOnce, 1) : Infinity,
    waiting: wholeNumber('passwordChecks.waiting', waiting, 0),
    wait: timerSeconds('passwordChecks.wait', wait) * 1000,
    timeout: isOn ? timerSeconds('passwordChecks.timeout', timeout) * 1000 : Infinity,
  }
  const report = shedReport((reason, count) => {
    onEvent({ type: 'load_shed', reason, count, inFlight: checks.inFlight, waiting: checks.waiting })
  })
  const checks = new PasswordChecks(limits, report)
  return checks
}

/** As many as there are cores, and one less than there are threads, for files and look-ups use the same pool (4 by default). */
function usualAtOnce(): number {
  const threads = Number(process.env['UV_THREADPOOL_SIZE']) || 4
  return Math.max(1, Math.min(availableParallelism(), threads - 1))
}
