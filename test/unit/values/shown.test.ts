import { expect, test } from 'vitest'
import { described, quoted, shown } from '../../../lib/values/shown.js'

test('What a stranger wrote is quoted on one line, without characters that a terminal obeys.', () => {
  expect(shown('a\nb\x1b[31m\x7f\x9b31m\u2028')).toBe(String.raw`"a\nb\u001b[31m\u007f\u009b31m\u2028"`)
})

test('What is quoted has at most 120 characters.', () => {
  expect(shown('x'.repeat(1000))).toBe(`"${'x'.repeat(119)}…`)
})

test.each([
  ['a path', 'token', '"token"'],
  ['a URL', 'login.example.com', '"login.example.com"'],
  ['a number', 5, '5'],
  ['null', null, 'null'],
  ['nothing', undefined, 'missing'],
  ['an empty string', '', 'an empty string'],
  ['an array', [], 'an empty array'],
  ['an object', Object.create(null), 'an object'],
  ['a symbol', Symbol('a'), 'a symbol'],
  ['base64url of 32 bytes', 'QmFzZTY0dXJsIG9mIDMyIHJhbmRvbSBieXRlcywgc28', 'a string'],
  ['a URL with a password', 'https://user:sesame@login.example.com', 'a string'],
])(
  'The value of an option that is never secret is quoted, unless it looks like a secret: %s',
  (_title, value, expected) => {
    expect(quoted(value)).toBe(expected)
  },
)

test.each(['sesame', 918273645546372, 10n, Buffer.from('sesame'), ['sesame'], { key: 'sesame' }])(
  'Of the value of an option that may be secret only the kind is named: %#',
  (value) => {
    expect(described(value)).toMatch(/^an? (?:string|number|bigint|object|array)$/)
  },
)
