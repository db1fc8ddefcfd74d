import ms, { type StringValue } from 'ms'

/** A duration: a number of seconds, or a text with its unit as jsonwebtoken takes it (`'1h'`, `'30 days'`). */
export type Lifetime = number | StringValue

/**
 * A lifetime in whole seconds.
 * @throws TypeError that names `option` where it is not a positive whole number of seconds.
 */
export function lifetimeSeconds(option: string, lifetime: unknown): number {
  const seconds = typeof lifetime === 'string' ? textSeconds(lifetime) : lifetime
  if (typeof seconds !== 'number' || !Number.isSafeInteger(seconds) || seconds < 1) {
    throw new TypeError(
      `${option} must be a whole number of seconds from 1 up, or a text with its unit such as '15m' or '30d'; it is ${typeof lifetime === 'string' ? JSON.stringify(lifetime) : String(lifetime)}.`,
    )
  }
  return seconds
}

/** A text without a unit is refused: jsonwebtoken reads `'60'` as 60 milliseconds, and everybody means seconds. */
function textSeconds(text: string): number {
  if (!/[a-z]/i.test(text)) return NaN
  const milliseconds: unknown = ms(text as StringValue) // the boundary: `ms` answers undefined to what is not a StringValue
  return typeof milliseconds === 'number' ? milliseconds / 1000 : NaN
}
