import { describe, expect, test } from 'vitest'
import { lifetimeSeconds } from '../../lib/lifetime.js'

describe('a lifetime', () => {
  test.each<[unknown, number]>([
    [1, 1],
    [3600, 3600],
    ['1s', 1],
    ['90s', 90],
    ['15m', 900],
    ['1h', 3600],
    ['1 hour', 3600],
    ['1 HOUR', 3600],
    ['0.5h', 1800],
    ['.5h', 1800],
    ['30 days', 2_592_000],
    ['2w', 1_209_600],
    ['1y', 31_557_600],
    ['2000ms', 2],
  ])('is in seconds, or with its unit as jsonwebtoken takes it: %j', (lifetime, seconds) => {
    expect(lifetimeSeconds('accessTokenLifetime', lifetime)).toBe(seconds)
  })

  test.each([
    '60',
    ' 60 ',
    '60.0',
    '',
    ' ',
    'soon',
    '1 fortnight',
    '1h30m',
    '-1h',
    '0h',
    '1ms',
    '1500ms',
    '1e3s',
    '0x10s',
    '1h '.repeat(100),
    0,
    -0,
    -1,
    0.5,
    NaN,
    Infinity,
    2 ** 53,
    undefined,
    null,
    true,
    [],
    ['1h'],
    {},
    60n,
    Symbol('1h'),
    () => 60,
    new Date(0),
    Object.create(null),
  ])('is refused by a sentence that names the option: %#', (lifetime: unknown) => {
    expect(() => lifetimeSeconds('limits.user.window', lifetime)).toThrow(TypeError)
    expect(() => lifetimeSeconds('limits.user.window', lifetime)).toThrow(
      /^limits\.user\.window must be a whole number of seconds from 1 up, or a string with a unit such as '15m'/,
    )
  })
})
