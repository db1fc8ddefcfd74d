import ms, { type StringValue } from 'ms'
import { quoted } from './values/shown.js'

// Spelt out, because types of `ms` would have to be installed by everybody who uses this package with TypeScript.
type Unit =
  | ('s' | 'sec' | 'secs' | 'second' | 'seconds')
  | ('m' | 'min' | 'mins' | 'minute' | 'minutes')
  | ('h' | 'hr' | 'hrs' | 'hour' | 'hours')
  | ('d' | 'day' | 'days')
  | ('w' | 'week' | 'weeks')
  | ('y' | 'yr' | 'yrs' | 'year' | 'years')

/** A duration: a number of seconds, or a string with a unit, as jsonwebtoken takes it (`'1h'`, `'30 days'`). */
export type Lifetime = number | `${number}${'' | ' '}${Unit}`

/**
 * A lifetime in whole seconds.
 * @throws TypeError that names `option` if it is not a positive whole number of seconds.
 */
export function lifetimeSeconds(option: string, lifetime: unknown): number {
  const seconds = typeof lifetime === 'string' ? textSeconds(lifetime) : lifetime
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 1) {
    throw new TypeError(
      `${option} must be a whole number of seconds from 1 up, or a string with a unit such as '15m' or '30d'; it is ${quoted(lifetime)}.`,
    )
  }
  return seconds
}

/** The longest time that a timer of Node can wait: 2^31 - 1 milliseconds. */
const MOST_TIMER_SECONDS = 2_147_483

/** A lifetime that a timer waits for, in whole seconds. @throws TypeError that names `option`. */
export function timerSeconds(option: string, lifetime: unknown): number {
  const seconds = lifetimeSeconds(option, lifetime)
  if (seconds <= MOST_TIMER_SECONDS) return seconds
  throw new TypeError(`${option} is ${quoted(lifetime)}, which is longer than a timer can wait: give 24 days or less.`)
}

/** A string without a unit is refused: jsonwebtoken reads `'60'` as 60 milliseconds, and everybody means seconds. */
function textSeconds(text: string): number {
  if (!/[a-z]/i.test(text)) return NaN
  const milliseconds: unknown = ms(text as StringValue) // the boundary: `ms` answers undefined to what is not a StringValue
  return typeof milliseconds === 'number' ? milliseconds / 1000 : NaN
}
