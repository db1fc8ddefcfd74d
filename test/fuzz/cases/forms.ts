import { MFA_GRANT_TYPE } from '../../../lib/index.js'
import { MARKER } from '../fuzz-case.js'
import { encoded, randomBytes, rarely, type Draw } from './material.js'
import { hostileValue, tokenLike } from './texts.js'

const NAMES: readonly [string, ...string[]] = [
  'grant_type',
  'client_id',
  'client_secret',
  'username',
  'password',
  'refresh_token',
  'scope',
  'token',
  'token_type_hint',
  'mfa_token',
  'otp',
  'audience',
  'resource',
  'client_assertion',
  'client_assertion_type',
  'code',
]

/** Names that a parser or a map may stumble over. */
const HOSTILE_NAMES: readonly [string, ...string[]] = [
  '__proto__',
  '__proto__[status]',
  'constructor',
  'constructor[prototype][x]',
  'hasOwnProperty',
  'toString',
  'username[]',
  'username[$ne]',
  'password[0]',
  'password[length]',
  'grant_type[grant_type]',
  'a[b][c][d][e][f][g][h]',
  '',
  '[]',
  '%00',
  '%5B%5D',
  'user%6eame',
  'grant_type%00',
  '\xff',
  'length',
  'size',
]

type Parameter = readonly [name: string, value: string]

/** A form as some client would send it: right in all, or with something wrong. */
export function form(draw: Draw): string {
  let parameters: Parameter[] = rightForm(draw)
  for (let times = draw.random.below(4); times > 0; times--) parameters = changed(draw, parameters)
  const text = parameters.map(([name, value]) => (rarely(draw, 30) ? name : `${name}=${value}`)).join('&')
  return rarely(draw, 12) ? odd(draw, text) : text
}

export function rightForm(draw: Draw): Parameter[] {
  const { random, material } = draw
  const user = random.oneOf([...material.users, material.users[0]])
  const login: Parameter[] = [
    ['grant_type', 'password'],
    ['username', encoded(draw, user.username)],
    ['password', encoded(draw, user.password)],
  ]
  const refresh: Parameter[] = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', tokenLike(draw)],
  ]
  const mfa: Parameter[] = [
    ['grant_type', encoded(draw, MFA_GRANT_TYPE)],
    ['mfa_token', rarely(draw, 3) ? tokenLike(draw) : material.mfaToken],
    ['otp', '123456'],
  ]
  const token: Parameter[] = [['token', tokenLike(draw)]]
  const body: Parameter[] = [
    ['client_id', material.client.id],
    ['client_secret', material.client.secret],
  ]
  const form = random.oneOf([login, login, refresh, token, token, mfa])
  const client = random.oneOf([body, [], [], [['client_id', material.publicClient.id] as const]])
  const scope: Parameter[] = random.oneOf([[], [], [['scope', 'contacts.read'] as const]])
  return [...form, ...client, ...scope]
}

function changed(draw: Draw, parameters: readonly Parameter[]): Parameter[] {
  const { random } = draw
  const at = random.below(parameters.length)
  const [name, value] = parameters[at] ?? ['x', 'y']
  const with_ = (...put: Parameter[]) => [...parameters.slice(0, at), ...put, ...parameters.slice(at + 1)]
  switch (random.below(8)) {
    case 0:
      return with_()
    case 1:
      return with_([name, value], [name, value])
    case 2:
      return with_([random.oneOf(HOSTILE_NAMES), hostileValue(draw)], [name, value])
    case 3:
      return with_([random.oneOf(NAMES), hostileValue(draw)], [name, value])
    case 4:
      return with_([name.toUpperCase(), value])
    case 5:
      return with_([`${name}[${random.oneOf(['', '0', '$ne', '__proto__'])}]`, value])
    default:
      return with_([name, hostileValue(draw)])
  }
}

/** What is hardly a form any more. */
function odd(draw: Draw, text: string): string {
  const { random } = draw
  switch (random.below(8)) {
    case 0:
      return '&'.repeat(random.below(3000)) + text
    case 1:
      return '='.repeat(random.below(3000)) + text
    case 2:
      return `${text}${'&x=1'.repeat(random.below(3000))}`
    case 3:
      return Array.from({ length: random.below(1500) }, (_, index) => `p${index}=${MARKER}`).join('&')
    case 4:
      return randomBytes(draw, 300)
    case 5:
      return JSON.stringify({ grant_type: 'password', username: MARKER, password: MARKER })
    case 6:
      return ''
    default:
      return `\xef\xbb\xbf${text}`
  }
}
