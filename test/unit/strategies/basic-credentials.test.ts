import { describe, expect, test } from 'vitest'
import { basicCredentials } from '../../../lib/strategies/basic-credentials.js'

const base64 = (text: string | Buffer) => Buffer.from(text).toString('base64')
const read = (text: string | Buffer) => basicCredentials(`Basic ${base64(text)}`)

/** As RFC 6749 section 2.3.1 has clients encode: by the form encoding of appendix B. */
const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1)

describe('the scheme', () => {
  test.each(['Basic', 'basic', 'BASIC', 'bAsIc'])('is %s in any case', (scheme) => {
    expect(basicCredentials(`${scheme} ${base64('web:secret')}`)).toEqual({ id: 'web', secret: 'secret' })
  })

  test('may be followed by more spaces than one, and the whole by some', () => {
    expect(basicCredentials(`Basic   ${base64('web:secret')}  `)).toEqual({ id: 'web', secret: 'secret' })
  })

  test.each([
    `NotBasicAtAll ${base64('web:secret')}`,
    `XBasic ${base64('web:secret')}`,
    `BasicX ${base64('web:secret')}`,
    `Basic${base64('web:secret')}`,
    `Basic\t${base64('web:secret')}`,
    ` Basic ${base64('web:secret')}`,
    `Bearer ${base64('web:secret')}`,
    `Digest Basic ${base64('web:secret')}`,
    `Basic, Basic ${base64('web:secret')}`,
    base64('web:secret'),
    'Basic',
    'Basic ',
    '',
    ' ',
  ])('is nothing else: %j', (authorization) => {
    expect(basicCredentials(authorization)).toBeUndefined()
  })
})

describe('what is malformed is no credentials:', () => {
  test.each<[string, string]>([
    ['characters that are not base64', 'Basic d2ViOnNl!!!y'],
    ['a comma, as two headers make it', `Basic ${base64('web:a')}, Basic ${base64('web:b')}`],
    ['two parts', `Basic ${base64('web:a')} ${base64('web:b')}`],
    ['three equals signs', 'Basic d2ViOnNlY3I===='],
    ['an equals sign inside', 'Basic d2Vi=OnNlY3JldA'],
    ['credentials that are not encoded', 'Basic web:secret'],
    ['no colon', `Basic ${base64('web')}`],
    ['nothing encoded', `Basic ${base64('')}`],
    ['latin1', `Basic ${base64(Buffer.from('web:caf\u00e9', 'latin1'))}`],
    ['UTF-8 that is cut off', `Basic ${base64(Buffer.from('web:caf\u00e9').subarray(0, -1))}`],
    ['UTF-8 that is overlong', `Basic ${base64(Buffer.from([0x61, 0x3a, 0xc0, 0xaf]))}`],
    ['UTF-16', `Basic ${base64(Buffer.from('web:caf\u00e9', 'utf16le'))}`],
  ])('%s', (_title, authorization) => {
    expect(basicCredentials(authorization)).toBeUndefined()
  })

  test('and takes no time to say so, however long it is', () => {
    for (const text of [
      `Basic${' '.repeat(100_000)}!`,
      `Basic ${'A'.repeat(100_000)}!`,
      `Basic A${' '.repeat(100_000)}!`,
    ]) {
      expect(basicCredentials(text)).toBeUndefined()
    }
  })
})

describe('the credentials', () => {
  test.each<[string, string, string]>([
    ['web:secret', 'web', 'secret'],
    ['web:', 'web', ''],
    [':secret', '', 'secret'],
    [':', '', ''],
    ['web:a:b:c', 'web', 'a:b:c'],
    ['web::', 'web', ':'],
    ['web:caf\u00e9 \u{1f511}', 'web', 'caf\u00e9 \u{1f511}'],
    ['b\u00fccher:x', 'b\u00fccher', 'x'],
    ['a b:c d', 'a b', 'c d'],
  ])('are cut at the first colon and read as UTF-8: %j', (text, id, secret) => {
    expect(read(text)).toEqual({ id, secret })
  })

  test('may come in base64url, and without padding', () => {
    const text = 'web:\u{1f511}\u00ff>>>???~~'
    expect(basicCredentials(`Basic ${Buffer.from(text).toString('base64url')}`)).toEqual(read(text))
    expect(basicCredentials(`Basic ${base64(text).replace(/=+$/, '')}`)).toEqual(read(text))
  })

  test.each([
    'simple',
    'a b',
    'a+b',
    'a:b',
    'a%b',
    'a%20b',
    'a&b=c',
    'https://client.example.com/?a=b#c',
    'caf\u00e9',
    '\u{1f511}',
    '100%',
    '%',
    '%%%',
    '+++',
    '%25',
    '~!@#$%^&*()_+{}|:"<>?`-=[]\\;\',./',
    'p\u0000',
  ])('are form-decoded, each part by itself (RFC 6749 section 2.3.1): %j', (text) => {
    expect(read(`${formEncoded(text)}:${formEncoded(`${text}!`)}`)).toEqual({ id: text, secret: `${text}!` })
  })

  test.each([
    ['oauth4webapi, which also encodes - . ! * ~ and the like', 'a%2Db%2Ec%21%2A%7E', 'a-b.c!*~'],
    ['encodeURIComponent, which leaves some', "a'(b)!*%20c", "a'(b)!* c"],
    ['@badgateway, which encodes only the colon', 'a%3Ab==/c+d', 'a:b==/c+d'],
    ['upper and lower case triplets', '%c3%A9', '\u00e9'],
  ])('are decoded as encoded by %s', (_client, encoded, secret) => {
    expect(read(`web:${encoded}`)).toEqual({ id: 'web', secret })
  })

  test.each([
    ['base64', 'q83v+/A7+Zk='],
    ['a percent sign that starts no triplet', '100%!'],
    ['a percent sign at the end', 'abc%'],
    ['a percent sign before one digit', 'abc%4'],
    ['a percent sign before letters that are no digits', 'a%zzb'],
    ['triplets that are no UTF-8', 'a%ff%feb'],
    ['a triplet of half a character', 'a%c3b'],
    ['a plus beside what no encoder leaves', 'a+b/c'],
    ['a plus beside a character beyond ASCII', 'a+\u00e9'],
    ['a plus beside a colon', 'a+b:c'],
  ])('are taken as they are where they cannot have been encoded: %s', (_title, secret) => {
    expect(read(`web:${secret}`)).toEqual({ id: 'web', secret })
  })
})
