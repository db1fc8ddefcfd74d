import { MARKER } from '../fuzz-case.js'
import { rarely, type Draw } from './material.js'
import { hostileValue, tokenLike } from './texts.js'
import { form } from './forms.js'

export type Header = readonly [name: string, value: string]

export interface HttpRequest {
  method: string
  target: string
  version: string
  headers: Header[]
  body: string
}

/** The paths of the servers that are ours, and a login form of the application that asks us. */
export const PATHS: readonly [string, ...string[]] = ['/token', '/token', '/token', '/revoke', '/introspect', '/login']
export const GUARDED: readonly [string, ...string[]] = ['/guarded', '/living']
/** What everybody may read and caches may keep. */
export const DOCUMENTS: readonly [string, ...string[]] = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
]

/** A request that HTTP allows, with a form in it. */
export function formRequest(draw: Draw, body = form(draw)): HttpRequest {
  const { random } = draw
  const headers: Header[] = [
    ['Host', 'localhost'],
    ['Content-Type', rarely(draw, 15) ? contentType(draw) : 'application/x-www-form-urlencoded'],
  ]
  if (random.below(3) > 0) headers.push(['Authorization', rarely(draw, 3) ? authorization(draw) : rightBasic(draw)])
  return { method: 'POST', target: random.oneOf(PATHS), version: 'HTTP/1.1', headers, body }
}

export function guardRequest(draw: Draw): HttpRequest {
  const token = rarely(draw, 3) ? draw.material.accessToken : tokenLike(draw)
  const headers: Header[] = [['Host', 'localhost']]
  if (!rarely(draw, 5)) headers.push(['Authorization', rarely(draw, 4) ? authorization(draw) : `Bearer ${token}`])
  return { method: 'GET', target: draw.random.oneOf(GUARDED), version: 'HTTP/1.1', headers, body: '' }
}

export function documentRequest({ random }: Draw): HttpRequest {
  const etag = random.oneOf([
    [],
    [['If-None-Match', random.oneOf(['*', '""', `W/"${MARKER}"`, ',,,', '\xff'])] as const],
  ])
  return {
    method: random.oneOf(['GET', 'GET', 'HEAD', 'POST', 'OPTIONS']),
    target: random.oneOf(DOCUMENTS),
    version: 'HTTP/1.1',
    headers: [['Host', random.oneOf(['localhost', MARKER])], ...etag],
    body: '',
  }
}

export function rightBasic({ material: { client } }: Draw): string {
  return `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`
}

/** Credentials of all kinds. No control characters, which HTTP forbids. */
export function authorization(draw: Draw): string {
  const { random, material } = draw
  const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64')
  const { id, secret } = material.client
  return random.oneOf([
    rightBasic(draw).replace('Basic', random.oneOf(['basic', 'BASIC', 'bAsIc'])),
    rightBasic(draw).replace('Basic', random.oneOf(['NotBasic', 'Basicc', 'Basic,', 'Basic\t', ''])),
    rightBasic(draw).replace(' ', '     '),
    `${rightBasic(draw)}, ${rightBasic(draw)}`,
    `${rightBasic(draw)}=`,
    'Basic',
    'Basic ',
    'Basic =',
    'Basic \xff\xfe',
    `Basic ${MARKER}`,
    `Basic ${base64(hostileValue(draw))}`,
    `Basic ${base64(`${id}:${hostileValue(draw)}`)}`,
    `Basic ${base64(`${hostileValue(draw)}:${secret}`)}`,
    `Basic ${base64(`__proto__:${secret}`)}`,
    `Basic ${base64(`${id}${':'.repeat(50)}`)}`,
    `Basic ${base64(MARKER.repeat(500))}`,
    `Bearer ${tokenLike(draw)}`,
    `bearer ${tokenLike(draw)}`,
    `Bearer  ${tokenLike(draw)}`,
    `Bearer ${tokenLike(draw)} ${MARKER}`,
    `Digest username="${MARKER}", uri="/token"`,
    'Negotiate YIIJvwYGKwYBBQUCoIIJszCC',
    'DPoP x',
    '\xc3\xa9',
    ',',
    '='.repeat(300),
  ])
}

export function contentType({ random }: Draw): string {
  const form = 'application/x-www-form-urlencoded'
  return random.oneOf([
    form.toUpperCase(),
    `${form};charset=UTF-8`,
    `${form}; charset="utf-8"`,
    `${form}; charset=latin1`,
    `${form}; charset=utf-16`,
    `${form}; charset=${MARKER}`,
    `${form}; charset`,
    `${form};;;=;charset=`,
    `${form}; charset=utf-7; charset=utf-8`,
    `${form}, ${form}`,
    `${form}\t`,
    `${form}x`,
    'application/json',
    'application/json; charset=utf-32',
    'text/plain',
    `multipart/form-data; boundary=${MARKER}`,
    'multipart/form-data',
    'application',
    '/',
    `${MARKER}/${MARKER}`,
    '\xff/\xff',
    ';',
    '',
  ])
}

/** The bytes of a request, with its length unless it says something of it. */
export function requestBytes({ method, target, version, headers, body }: HttpRequest): string {
  const saysLength = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name))
  const length: Header[] = saysLength || body === '' ? [] : [['Content-Length', String(body.length)]]
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${target} ${version}\r\n${lines.join('')}\r\n${body}`
}
