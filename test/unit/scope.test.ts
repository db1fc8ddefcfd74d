import { describe, expect, test } from 'vitest'
import { isScopeToken, scopeTokens } from '../../lib/scope.js'

describe('a scope token', () => {
  test('has the characters of RFC 6749 section 3.3 only: %x21 / %x23-5B / %x5D-7E', () => {
    for (let code = 0; code < 0x300; code += 1) {
      const allowed = code === 0x21 || (code >= 0x23 && code <= 0x5b) || (code >= 0x5d && code <= 0x7e)
      expect(isScopeToken(`a${String.fromCharCode(code)}`)).toBe(allowed)
      expect(isScopeToken(String.fromCharCode(code))).toBe(allowed)
    }
  })

  test.each(['', ' ', 'a b', 'a\n', '\na', '\u{1f511}', '\u212a'])('is not %j', (text) => {
    expect(isScopeToken(text)).toBe(false)
  })

  test.each(['contacts.read', 'https://example.com/a?b=c#d', 'a:b', '!', "'", '[]{}~^`|'])('may be %s', (text) => {
    expect(isScopeToken(text)).toBe(true)
  })
})

describe('the tokens of a scope', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' ', []],
    ['   ', []],
    ['a', ['a']],
    ['a b', ['a', 'b']],
    ['b a', ['b', 'a']],
    ['a a', ['a']],
    ['a b a c b', ['a', 'b', 'c']],
    [' a  b ', ['a', 'b']],
    ['a\tb', ['a\tb']],
    ['a\nb c', ['a\nb', 'c']],
    ['A a', ['A', 'a']],
    ['a,b', ['a,b']],
    ['a\u00a0b', ['a\u00a0b']],
    ['__proto__ constructor', ['__proto__', 'constructor']],
  ])('are those between spaces, each once, in the order given: %j', (scope, tokens) => {
    expect(scopeTokens(scope)).toEqual(tokens)
  })

  test('are found in no time in a scope of any length', () => {
    expect(scopeTokens(' '.repeat(100_000))).toEqual([])
    expect(scopeTokens(Array.from({ length: 20_000 }, (_, index) => `s${index}`).join(' '))).toHaveLength(20_000)
  })
})
