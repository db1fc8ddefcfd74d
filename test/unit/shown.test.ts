import { expect, test } from 'vitest'
import { shown } from '../../lib/shown.js'

test('What a stranger wrote is quoted on one line, without characters that a terminal obeys.', () => {
  expect(shown('a\nb\x1b[31m\x7f\x9b31m\u2028')).toBe(String.raw`"a\nb\u001b[31m\u007f\u009b31m\u2028"`)
})

test('What is quoted has at most 120 characters.', () => {
  expect(shown('x'.repeat(1000))).toBe(`"${'x'.repeat(119)}…`)
})
