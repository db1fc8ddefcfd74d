import { expect, test } from 'vitest'
import { deeplyFrozen } from '../../../lib/values/deeply-frozen.js'
import { nestsDeeperThan } from '../../../lib/values/nests-deeper-than.js'

test('A JSON value is frozen at every level, however many there are', () => {
  const value = { a: [{ b: 1 }], c: null, d: 'x' }
  expect(deeplyFrozen(value)).toBe(value)
  for (const part of [value, value.a, value.a[0]]) expect(Object.isFrozen(part)).toBe(true)
  let deep: unknown = JSON.parse('['.repeat(500_000) + ']'.repeat(500_000))
  deeplyFrozen(deep)
  for (; Array.isArray(deep); deep = (deep as unknown[])[0])
    if (!Object.isFrozen(deep)) expect.fail('It is not frozen.')
  expect(Object.isFrozen(deeplyFrozen(Array.from({ length: 500_000 }, () => [])).at(-1))).toBe(true)
})

test.each([
  [0, 5, false],
  [0, null, false],
  [0, {}, true],
  [1, { a: 1 }, false],
  [1, { a: [] }, true],
  [2, { a: [1], b: {} }, false],
  [2, [1, [2, [3]]], true],
])('Whether something nests deeper than %i levels: %j', (levels, value, isDeeper) => {
  expect(nestsDeeperThan(levels, value)).toBe(isDeeper)
})
