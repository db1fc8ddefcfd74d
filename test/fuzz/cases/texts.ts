import { MARKER } from '../fuzz-case.js'
import { randomBytes, utf8, type Draw } from './material.js'

/** Values that are wrong in some way, as they stand in a form: already encoded, or malformed. */
const HOSTILE: readonly [string, ...string[]] = [
  '',
  '%',
  '%z',
  '%zz',
  '%2',
  '%00',
  '\0',
  '%0d%0aset-cookie:+x',
  '%c0%80',
  '%ed%a0%80',
  '%f4%90%80%80',
  '%ff',
  '\xff',
  '\xc3',
  '\xed\xa0\x80',
  '%ef%bf%bd',
  utf8('\ufffd'),
  utf8('🙈'),
  utf8('ｗｉｄｅ'),
  utf8('\u202ertl'),
  utf8('\ufdfa').repeat(300),
  utf8('e\u0301'),
  '+',
  '%2b',
  '=',
  '%26',
  'a=b',
  'null',
  '-1',
  '1e999',
  '[object Object]',
  '{"$ne":1}',
  "'+OR+1=1--",
  '<script>',
  '__proto__',
  'A'.repeat(4096),
  'A'.repeat(5000),
]

/** A value that somebody would have to have made up, marked so that an echo of it is found. */
export function hostileValue(draw: Draw): string {
  const value = draw.random.below(6) === 0 ? randomBytes(draw, 20) : draw.random.oneOf(HOSTILE)
  return MARKER + value
}

/** Something like a token: a right one, a forged one, or none. */
export function tokenLike({ random, material }: Draw): string {
  const right = random.oneOf([material.accessToken, material.refreshToken, material.mfaToken])
  const [header = '', payload = '', signature = ''] = right.split('.')
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const proto = Buffer.from('{"__proto__":{"alg":"HS256"},"alg":["HS256"],"kid":{}}').toString('base64url')
  return random.oneOf([
    right,
    right,
    `${right}x`,
    right.slice(0, random.below(right.length)),
    flipped(random.below(right.length), right),
    `${header}.${payload}.`,
    `${header}..${signature}`,
    `${none}.${payload}.`,
    `${proto}.${payload}.${signature}`,
    `${header}.${Buffer.from('null').toString('base64url')}.${signature}`,
    `${payload}.${header}.${signature}`,
    '..',
    '.'.repeat(200),
    `${MARKER}.${MARKER}.${MARKER}`,
    'e'.repeat(3000),
  ])
}

function flipped(at: number, text: string): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}
