import { expect, test } from 'vitest'
import { MOST_PLAUSIBLE_SECONDS, suspiciousLifetimes } from '../../../lib/options/suspicious-lifetimes.js'
import { start } from '../working-options.js'

const secondFactor = { verify: () => true, findUser: () => undefined }

/** The options in which one lifetime is given. */
function given(option: string, lifetime: unknown): Record<string, unknown> {
  const names = option.split('.')
  const options = names.reduceRight<unknown>((value, name) => ({ [name]: value }), lifetime) as Record<string, object>
  return names[0] === 'secondFactor' ? { secondFactor: { ...secondFactor, ...options['secondFactor'] } } : options
}

test.each(Object.entries(MOST_PLAUSIBLE_SECONDS))(
  '%s is suspicious above %i seconds given as a number',
  (option, most) => {
    expect(start(given(option, most))).toBeTypeOf('function')
    expect(suspiciousLifetimes(given(option, most))).toEqual([])
    expect(suspiciousLifetimes(given(option, most + 1))).toEqual([
      expect.stringContaining(`${option} is ${most + 1} seconds`),
    ])
    expect(suspiciousLifetimes(given(option, '10y'))).toEqual([])
  },
)

test.each([undefined, null, false, true, 5, 'text', [], {}])(
  'Options of another shape are nobody\u2019s lifetimes: %j',
  (limits) => {
    expect(
      suspiciousLifetimes({ limits, refreshTokens: limits, passwordChecks: limits, secondFactor: limits }),
    ).toEqual([])
  },
)
