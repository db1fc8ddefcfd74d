import { isPlainObject } from './option-kinds.js'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * The longest plausible number of seconds for each lifetime. A longer one was meant in milliseconds: the default of each is,
 * in milliseconds, several times as many. A window of a minute is too short to be recognised.
 */
export const MOST_PLAUSIBLE_SECONDS: Readonly<Record<string, number>> = {
  accessTokenLifetime: 7 * DAY,
  'refreshTokens.lifetime': 366 * DAY,
  'refreshTokens.idleLifetime': 366 * DAY,
  'refreshTokens.retryWindow': 10 * MINUTE,
  'secondFactor.lifetime': HOUR,
  storeTimeout: MINUTE,
  'passwordChecks.queueTimeout': 10 * MINUTE,
  'passwordChecks.timeout': 10 * MINUTE,
  'limits.clientAddress.window': DAY,
  'limits.address.window': DAY,
  'limits.userAndAddress.window': DAY,
  'limits.user.window': DAY,
  'limits.secondFactor.window': DAY,
  'limits.secondFactorPrompt.window': DAY,
}

/** Names the lifetimes that were surely meant in milliseconds. A string has its unit, and is never among them. */
export function suspiciousLifetimes(options: object): readonly string[] {
  return Object.entries(MOST_PLAUSIBLE_SECONDS).flatMap(([option, most]) => {
    const seconds = option.split('.').reduce<unknown>(memberOf, options)
    if (typeof seconds !== 'number' || seconds <= most) return []
    return [`${option} is ${seconds} seconds, which is ${inWords(seconds)}`]
  })
}

function inWords(seconds: number): string {
  const [size, unit] = seconds < 2 * DAY ? [HOUR, 'hours'] : [DAY, 'days']
  const rounded = Math.round((seconds / size) * 10) / 10
  return `${rounded} ${unit}`
}

function memberOf(value: unknown, name: string): unknown {
  return isPlainObject(value) ? value[name] : undefined
}
