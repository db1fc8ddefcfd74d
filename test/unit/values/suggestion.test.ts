import { expect, test } from 'vitest'
import { suggestion } from '../../../lib/values/suggestion.js'

const MEMBERS = ['key', 'algorithm', 'keyId', 'signsFrom']

test.each([
  ['keyID', 'did you mean keyId?'],
  ['signFrom', 'did you mean signsFrom?'],
  ['algorythm', 'did you mean algorithm?'],
  ['alg', 'did you mean algorithm?'],
  ['use', 'the members are key, algorithm, keyId, signsFrom.'],
  ['k', 'the members are key, algorithm, keyId, signsFrom.'],
  ['', 'the members are key, algorithm, keyId, signsFrom.'],
])('Instead of %j, the suggestion is: %s', (stray, expected) => {
  expect(suggestion(stray, MEMBERS)).toBe(expected)
})
