import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeForm, parsedForm } from '../../../lib/endpoint/form.js'
import { OAuthError } from '../../../lib/oauth-error.js'

const decode = (body: string | Buffer) => Object.fromEntries(decodeForm(Buffer.from(body)))

function refusal(act: () => unknown): OAuthError {
  try {
    act()
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
  return expect.fail('It was accepted.')
}

describe('a form', () => {
  test.each<[string, Record<string, string>]>([
    ['', {}],
    ['a=b', { a: 'b' }],
    ['a=b&c=d', { a: 'b', c: 'd' }],
    ['&&a=b&&&c=d&', { a: 'b', c: 'd' }],
    ['a=b=c==', { a: 'b=c==' }],
    ['=b', { '': 'b' }],
    ['a+b=c+d', { 'a b': 'c d' }],
    ['a%20b=c%2Bd', { 'a b': 'c+d' }],
    ['p=%26%3D%25%2B', { p: '&=%+' }],
    ['p=%F0%9F%94%91', { p: '\u{1f511}' }],
    ['p=%f0%9f%94%91', { p: '\u{1f511}' }],
    ['p=caf\u00e9', { p: 'caf\u00e9' }],
    ['p=\u{1f511}%F0%9F%94%91+', { p: '\u{1f511}\u{1f511} ' }],
    ['\u00e4=1&b=2', { '\u00e4': '1', b: '2' }],
    ['p=%EF%BF%BD', { p: '\ufffd' }],
    ['p=%00', { p: '\0' }],
    ['p=%0D%0A', { p: '\r\n' }],
    ['a=b;c=d', { a: 'b;c=d' }],
    ['a[]=b', { 'a[]': 'b' }],
    ['username[$ne]=x', { 'username[$ne]': 'x' }],
    ['__proto__=x&constructor=y', JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>],
    ['{"a":"b"}', {}],
  ])('is decoded: %j', (body, parameters) => {
    expect(decode(body)).toEqual(parameters)
  })

  test('says nothing of a parameter without a value, which counts as absent (RFC 6749 section 3.1)', () => {
    expect(decode('a=&b&c=d&e=')).toEqual({ c: 'd' })
    expect(decodeForm(Buffer.from('scope=')).has('scope')).toBe(false)
  })

  test('is decoded as every strict decoder does', () => {
    for (let round = 0; round < 300; round += 1) {
      const bytes = randomBytes(2 + (round % 40))
      // By way of UTF-8, where half a surrogate pair is a U+FFFD.
      const value = Buffer.from(bytes.toString(round % 2 === 0 ? 'latin1' : 'utf16le')).toString()
      const name = `n${value.charCodeAt(0)} &=%+`
      const body = new URLSearchParams([
        [name, value],
        ['z', `${value}${value}`],
      ])
      expect(decode(body.toString())).toEqual(Object.fromEntries(body))
      const encoded = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
      expect(decode(encoded)).toEqual({ [name]: value })
    }
  })

  test('of 16 KiB of separators or of names is decoded in no time', () => {
    expect(decode('&'.repeat(16_384))).toEqual({})
    const names = Array.from({ length: 3000 }, (_, index) => `${index}`).join('&')
    expect(refusal(() => decode(names)).message).toBe('The form has more than 100 parameters')
    expect(decode(`a=${'%41'.repeat(5000)}`)).toEqual({ a: 'A'.repeat(5000) })
  })
})

describe('a form is refused', () => {
  test.each([
    'a=b&a=b',
    'a=b&a=c',
    'a=b&c=d&a=',
    'a=&a=',
    'a&a',
    'a=b&%61=b',
    'a+b=1&a%20b=2',
    '__proto__=a&__proto__=b',
    '=a&=b',
    'scope=a&scope=b',
  ])('with a parameter twice, even an empty one (RFC 6749 section 3.1): %s', (body) => {
    expect(refusal(() => decode(body))).toMatchObject({
      code: 'invalid_request',
      status: 400,
      message: 'A parameter is repeated',
    })
  })

  test.each<string | Buffer>([
    'a=%',
    'a=%4',
    'a=%zz',
    'a=100%&b=c',
    'a=% 41',
    'a=%+1',
    '%=a',
    'a=%FF',
    'a=%C3',
    'a=%C3%28',
    'a=%C0%AF',
    'a=%ED%A0%80',
    'a=%F4%90%80%80',
    'a=\u00e9%FF',
    Buffer.from('a=caf\u00e9', 'latin1'),
    Buffer.from([0x61, 0x3d, 0xff]),
    Buffer.from([0x61, 0x3d, 0xc0, 0xaf]),
    Buffer.from([0x61, 0x3d, 0xed, 0xa0, 0x80]),
    Buffer.from('a=b', 'utf16le').subarray(0, 3).fill(0xfe, 0, 1),
  ])('where it is malformed, with none of it in the answer: %j', (body) => {
    const error = refusal(() => decode(body))
    expect(error).toMatchObject({ code: 'invalid_request', status: 400 })
    expect(error.message).toBe('The body is not a well-formed application/x-www-form-urlencoded form in UTF-8')
  })

  test('by an OAuthError and nothing else, whatever the bytes', () => {
    for (let round = 0; round < 1000; round += 1) {
      const bytes = randomBytes(round % 60)
      // Mostly what forms are made of.
      if (round % 3 > 0)
        for (const index of bytes.keys()) bytes[index] = '&=%+aA0\u00e9'.charCodeAt((bytes[index] ?? 0) % 8)
      try {
        expect(decodeForm(bytes)).toBeInstanceOf(Map)
      } catch (error) {
        expect(error).toBeInstanceOf(OAuthError)
      }
    }
  })
})

describe('a form that a parser of the application has read', () => {
  test('is taken as it is, without the parameters that have no value', () => {
    const body: object = Object.assign(Object.create(null) as object, { a: 'b', c: '', d: '%41 +' })
    expect(Object.fromEntries(parsedForm(body))).toEqual({ a: 'b', d: '%41 +' })
    expect(parsedForm({}).size).toBe(0)
  })

  test.each([{ a: ['b', 'c'] }, { a: ['b'] }, { a: [] }, { a: 'b', c: [['d']] }])(
    'is refused with a list, which is a parameter twice: %j',
    (body) => {
      expect(refusal(() => parsedForm(body)).message).toBe('A parameter is repeated')
    },
  )

  test.each<object>([
    { username: { $ne: 'x' } },
    { username: { toString: 'x' } },
    { a: 5 },
    { a: true },
    { a: null },
    { a: undefined },
    { a: () => 'x' },
    { a: 'caf\ufffd' },
    ['a', 5],
  ])('is refused with anything else but text, and with text that was not read as UTF-8: %j', (body) => {
    expect(refusal(() => parsedForm(body))).toMatchObject({ code: 'invalid_request', status: 400 })
  })

  test('has nothing of what its prototype has', () => {
    expect(parsedForm(Object.create({ username: 'admin' }) as object).has('username')).toBe(false)
  })
})
