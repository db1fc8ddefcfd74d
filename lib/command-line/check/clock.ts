import { found, type Finding } from './finding.js'
import type { ProbeAnswer } from './probe.js'

/** As far as the guard lets clocks differ by default. */
const MOST_SECONDS = 5

/** Its `Date` against our clock: one between asking and answering is right, however long that took. */
export function clockFinding({ headers, askedAt, answeredAt }: ProbeAnswer): Finding {
  const date = Date.parse(headers.date ?? '')
  // The header says whole seconds, cut off.
  const off = date > answeredAt ? date - answeredAt : date + 1000 < askedAt ? date + 1000 - askedAt : 0
  const seconds = Math.round(Math.abs(off) / 1000)
  return found({
    about: 'clock',
    isKept: !Number.isNaN(date) && seconds <= MOST_SECONDS,
    kept: seconds === 0 ? 'It agrees with ours.' : `It is ${seconds} seconds off ours.`,
    broken: Number.isNaN(date)
      ? 'The server sends no Date.'
      : `It is ${seconds} seconds ${off > 0 ? 'ahead of' : 'behind'} ours: tokens are refused as not yet valid, or live too long.`,
    remedy: Number.isNaN(date) ? 'Let the proxy pass it on (RFC 9110 section 6.6.1).' : 'Set both by NTP.',
    severity: Number.isNaN(date) ? 'warn' : 'fail',
  })
}
