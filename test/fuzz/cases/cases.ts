import { SeededRandom } from '../../stores/seeded-random.js'
import type { FuzzCase, Write } from '../fuzz-case.js'
import type { ServerName } from '../fuzzed-application.js'
import { compressedBody } from './bombs.js'
import { form, rightForm } from './forms.js'
import { chunked, malformed, misframed, mutated } from './framing.js'
import {
  authorization,
  contentType,
  documentRequest,
  formRequest,
  guardRequest,
  requestBytes,
  type Header,
  type HttpRequest,
} from './http-request.js'
import { hostileValue } from './texts.js'
import { rarely, type Draw, type Material } from './material.js'

/** The default of `bodyLimit`. */
const BODY_LIMIT = 16_384

type Shape = (draw: Draw) => Omit<FuzzCase, 'shape' | 'server'>

/** The kinds of input, each with its share. */
const SHAPES: Readonly<Record<string, readonly [share: number, Shape]>> = {
  form: [30, (draw) => asked(formRequest(draw))],
  guard: [10, (draw) => asked(guardRequest(draw))],
  headers: [15, oddHeaders],
  chunked: [8, (draw) => asked(inChunks(draw, formRequest(draw)))],
  compressed: [4, compressed],
  method: [4, otherMethod],
  pipelined: [6, pipelined],
  misframed: [12, (draw) => ended(misframed(draw))],
  malformed: [16, (draw) => ended(malformed(draw))],
  mutated: [12, (draw) => ended(mutated(draw))],
  document: [4, (draw) => asked(documentRequest(draw))],
  'too large': [2, tooLarge],
  slow: [3, slow],
  aborted: [4, aborted],
}

const DEALT = Object.entries(SHAPES).flatMap(([shape, [share, make]]) =>
  Array<readonly [string, Shape]>(share).fill([shape, make]),
)

/** The case of this number under this seed: always the same, but for the tokens in `material`. */
export function fuzzCase(seed: number, index: number, servers: readonly ServerName[], material: Material): FuzzCase {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b))
  const server = random.oneOf(servers) ?? 'express 5'
  const [shape, make] = random.oneOf(DEALT) ?? ['form', () => asked(formRequest({ random, material }))]
  return { shape, server, ...make({ random, material }) }
}

/** Requests that deserve an answer each, but that the server may cut the connection while too large a body still comes. */
function asked(...requests: readonly [HttpRequest, ...HttpRequest[]]): ReturnType<Shape> {
  const isTooLarge = requests.some(({ body }) => body.length > BODY_LIMIT)
  return {
    writes: [now(requests.map(requestBytes).join(''))],
    ending: isTooLarge ? 'half-close' : 'wait',
    promise: isTooLarge ? 'end' : 'answers',
    methods: requests.map(({ method }) => method),
    path: requests[0].target,
  }
}

/** Bytes that need not be answered. */
function ended(text: string): ReturnType<Shape> {
  const method = text.slice(0, text.indexOf(' '))
  return { writes: [now(text)], ending: 'half-close', promise: 'end', methods: [method], path: undefined }
}

function now(text: string): Write {
  return { bytes: Buffer.from(text, 'latin1'), pause: 0 }
}

function oddHeaders(draw: Draw): ReturnType<Shape> {
  const { random } = draw
  const request = formRequest(draw)
  const more = (): Header =>
    random.oneOf<Header>([
      ['Authorization', authorization(draw)],
      ['Content-Type', contentType(draw)],
      ['Content-Encoding', random.oneOf(['identity', 'gzip', 'br', '', ','])],
      ['X-Forwarded-For', random.oneOf(['1.2.3.4', '::1', '1.2.3.4, ::', 'unknown', '\xff', ','.repeat(100)])],
      ['Cookie', printable(hostileValue(draw))],
      ['User-Agent', printable(hostileValue(draw))],
      ['Accept', 'text/html'],
      ['If-None-Match', '*'],
      ['Range', 'bytes=0-1'],
      ['Origin', 'null'],
      ['End-User-Address', printable(hostileValue(draw))],
      ['__proto__', 'x'],
    ])
  const headers = [...request.headers, ...Array.from({ length: 1 + random.below(4) }, more)]
  return asked({ ...request, headers: rarely(draw, 2) ? headers.reverse() : headers })
}

/** Without the control characters that HTTP forbids in a header. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '')
}

function inChunks(draw: Draw, request: HttpRequest): HttpRequest {
  return {
    ...request,
    headers: [...request.headers, ['Transfer-Encoding', 'chunked']],
    body: chunked(draw, request.body),
  }
}

function compressed(draw: Draw): ReturnType<Shape> {
  const { encoding, body } = compressedBody(draw, form(draw))
  const request = formRequest(draw, body)
  const headers: Header[] = [...request.headers, ['Content-Encoding', encoding]]
  return asked({ ...request, headers })
}

function otherMethod(draw: Draw): ReturnType<Shape> {
  const method = draw.random.oneOf([
    'GET',
    'HEAD',
    'OPTIONS',
    'PUT',
    'DELETE',
    'PATCH',
    'PROPFIND',
    'M-SEARCH',
    'QUERY',
  ])
  const request = { ...formRequest(draw), method }
  return method === 'QUERY' ? ended(requestBytes(request)) : asked(request)
}

function pipelined(draw: Draw): ReturnType<Shape> {
  const request = () => {
    const one = rarely(draw, 3) ? guardRequest(draw) : formRequest(draw, right(draw))
    return rarely(draw, 3) && one.method === 'POST' ? inChunks(draw, one) : one
  }
  return { ...asked(request(), ...Array.from({ length: 1 + draw.random.below(6) }, request)), path: undefined }
}

function right(draw: Draw): string {
  return rightForm(draw)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function tooLarge(draw: Draw): ReturnType<Shape> {
  const request = formRequest(draw, `username=${'a'.repeat(BODY_LIMIT + draw.random.below(200_000))}`)
  return asked(rarely(draw, 2) ? inChunks(draw, request) : request)
}

/** The last bytes come one at a time. */
function slow(draw: Draw): ReturnType<Shape> {
  const { random } = draw
  const request = formRequest(draw, right(draw))
  const text = requestBytes(rarely(draw, 2) ? inChunks(draw, request) : request)
  const cut = Math.max(0, text.length - random.below(60))
  const last = Array.from(text.slice(cut), (byte) => ({ ...now(byte), pause: 1 + random.below(5) }))
  const whole = { ...asked(request), writes: [now(text.slice(0, cut)), ...last] }
  // Now and then no end comes, and the server must end it.
  return rarely(draw, 50) ? { ...whole, writes: whole.writes.slice(0, -1), promise: 'end', path: undefined } : whole
}

function aborted(draw: Draw): ReturnType<Shape> {
  const request = formRequest(draw)
  const text = requestBytes(rarely(draw, 2) ? inChunks(draw, request) : request)
  const writes = [now(text.slice(0, draw.random.below(text.length)))]
  return { writes, ending: 'reset', promise: 'nothing', methods: [request.method], path: undefined }
}
