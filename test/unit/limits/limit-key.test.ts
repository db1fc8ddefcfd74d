import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { addressKey, userAtAddressKey, usernameKey } from '../../../lib/limits/limit-key.js'

const secret = 'k'.repeat(43)
const key = (username: string) => usernameKey(secret, username)

describe('the key of a user name', () => {
  test.each([
    ['alice', 'Alice', 'ALICE', 'aLiCe'],
    ['alice', ' alice', 'alice ', '\talice\n', '\u00a0alice', 'alice\u3000'],
    ['alice', '\uff41\uff4c\uff49\uff43\uff45', '\uff21\uff2c\uff29\uff23\uff25'],
    ['caf\u00e9', 'cafe\u0301', 'CAF\u00c9', 'CAFE\u0301'],
    ['stra\u00dfe', 'STRASSE', 'strasse', 'STRA\u1e9eE'],
    ['i', 'I', '\u0130', '\u0131', 'I\u0307', 'i\u0307'],
    ['cafe', 'caf\u00e9', 'CAF\u00c8', 'cafe\u0308\u0301'],
    [
      'alice',
      'al\u200bice',
      '\ufeffalice',
      'ali\u00adce',
      'alice\u2060',
      'al\u200d\ufe0fice',
      '\u3164alice',
      'alice\u200b ',
    ],
    ['\u03bf\u03b4\u03cc\u03c2', '\u039f\u0394\u038c\u03a3', '\u03bf\u03b4\u03cc\u03c3'],
    ['k', 'K', '\u212a'],
    ['\u00e5', '\u00c5', '\u212b', 'a\u030a'],
    ['fi', '\ufb01', 'FI'],
    ['s', '\u017f', 'S'],
    ['a@example.com', 'A@Example.COM', 'a\uff20example.com'],
    ['42', '\u2074\u2082', '\uff14\uff12'],
    ['', ' ', '\u3000', '\0', '\u0591'],
    ['alice', 'al\u05bfice', 'al\u0489ice', 'al\u3099ice', 'al\u0e31ice', 'al\u{1e8d0}ice', 'al\u20ddice'],
    ['alice', 'alice\0', 'al\u0085ice', '\u008dalice', 'al\u007fice', 'al\u{e0061}ice', 'al\u0600ice'],
    ['alice', 'a lice', 'ali\u2003ce', 'ali\ufe70ce', 'alice\ufc5e'],
    ['oelod', '\u0153l\u00f8d', '\u0152L\u00d8D', 'OE\u0142o\u0111', '\u0153lo\u00f0'],
    ['haerl', '\u0127\u00e6r\u0142', '\u0126\u00c6R\u0141', '\u0127\u01e3rl'],
    [
      'user2024',
      'user\u0662\u0660\u0662\u0664',
      'user\u09e8\u09e6\u09e8\u09ea',
      'user\u{1d7da}\u{11066}\u{1e952}\u{1fbf4}',
    ],
  ])('is one for all forms of %j', (name, ...forms) => {
    for (const form of forms) expect(key(form), JSON.stringify(form)).toBe(key(name))
  })

  test('is one for every upper-case, lower-case and normal form of every letter', () => {
    const different: string[] = []
    for (let code = 0x21; code < 0x2200; code += 1) {
      const letter = `a${String.fromCodePoint(code)}b`
      // Upper-casing makes a letter of the mark U+0345, which databases ignore like every other mark.
      if (letter.normalize('NFD').includes('\u0345')) continue
      const forms = [
        letter.toUpperCase(),
        letter.toLowerCase(),
        ...['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => letter.normalize(form)),
      ]
      if (forms.some((form) => key(form) !== key(letter))) different.push(code.toString(16))
    }
    expect(different).toEqual([])
  })

  test('differs for names that differ', () => {
    const names = ['alice', 'bob', 'al1ce', '\u0430lice', 'i', '\u0628', '\u0627', 'a', 'b', '', 'al.ice', 'al_ice']
    expect(new Set(names.map(key)).size).toBe(names.length)
  })

  test('tells nobody\u2019s name: without the secret it is not found by trying names', () => {
    const guesses = ['alice', '\0alice', ' alice'].flatMap((name) =>
      (['base64url', 'hex'] as const).map((encoding) => createHash('sha256').update(name).digest(encoding)),
    )
    expect(guesses).not.toContain(key('alice'))
    expect(key('alice')).not.toContain('alice')
    expect(usernameKey('another', 'alice')).not.toBe(key('alice'))
    expect(key('alice')).toMatch(/^[\w-]{43}$/)
  })

  test('is as long for a long name', () => {
    expect(key('\u0130\ufdfa'.repeat(2000))).toHaveLength(43)
  })

  test('is found for text that is not well-formed', () => {
    expect(key('\ud800')).toHaveLength(43)
  })
})

describe('the key of a user at an address', () => {
  test('shows neither, and differs where either does', () => {
    const keys = ['alice', 'bob'].flatMap((name) =>
      ['192.0.2.1', '192.0.2.2'].map((address) => userAtAddressKey(secret, key(name), address)),
    )
    expect(new Set(keys).size).toBe(4)
    for (const one of keys) expect(one).toMatch(/^[\w-]{43}$/)
    expect(userAtAddressKey('another', key('alice'), '192.0.2.1')).not.toBe(keys[0])
  })
})

describe('the key of an address', () => {
  test.each(['192.0.2.1', '127.0.0.1', '255.255.255.255'])('is an IPv4 address itself: %s', (address) => {
    expect(addressKey(address)).toBe(address)
  })

  test('is an IPv4 address also where it comes as IPv6, as a server that listens on both has it', () => {
    expect(addressKey('::ffff:192.0.2.1')).toBe(addressKey('192.0.2.1'))
    expect(addressKey('::ffff:c000:201')).toBe(addressKey('192.0.2.1'))
    expect(addressKey('::ffff:192.0.2.2')).not.toBe(addressKey('::ffff:192.0.2.1'))
  })

  test('is one for all IPv6 addresses of a subscriber, and for all ways to write one', () => {
    const one = addressKey('2001:db8:1:200::1')
    expect(addressKey('2001:db8:1:2ff:ffff::')).toBe(one)
    expect(addressKey('2001:0DB8:0001:0200:0000:0000:0000:0001')).toBe(one)
    expect(addressKey('2001:db8:1:300::1')).not.toBe(one)
  })

  test('is one for all that are not known, so that not knowing limits rather than frees', () => {
    expect(addressKey(undefined)).toBe(addressKey(undefined))
    expect(addressKey(undefined)).not.toBe('')
  })

  test.each(['', 'unix:', 'not an address', '1.2.3', '::g', 'fe80::1%eth0', '::', '::1', '1.2.3.4:5678', '[::1]'])(
    'is found for whatever stands there, without a throw: %j',
    (address) => {
      expect(addressKey(address)).toBeTypeOf('string')
    },
  )
})
