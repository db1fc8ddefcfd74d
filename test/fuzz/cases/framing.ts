import { MARKER } from '../fuzz-case.js'
import { formRequest, requestBytes, type Header, type HttpRequest } from './http-request.js'
import { randomBytes, type Draw } from './material.js'

/** A body in chunks, as HTTP allows it. */
export function chunked(draw: Draw, body: string): string {
  const { random } = draw
  let text = ''
  for (let at = 0; at < body.length;) {
    const size = 1 + random.below(random.oneOf([1, 10, 1000]))
    const chunk = body.slice(at, at + size)
    const extension = random.oneOf(['', '', '', ';x', `;x=${MARKER}`, ';x="y"'])
    text += `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`
    at += size
  }
  const trailer = random.oneOf(['', '', `X-Trailer: ${MARKER}\r\n`])
  return `${text}${random.oneOf(['0', '0', '000'])}\r\n${trailer}\r\n`
}

/** A request whose framing is malformed, or at odds with its body. */
export function misframed(draw: Draw): string {
  const { random } = draw
  const request = formRequest(draw)
  const { body } = request
  const length = body.length
  const framed = (headers: Header[], framedBody = body): string =>
    requestBytes({ ...request, headers: [...request.headers, ...headers], body: framedBody })
  const wrong = (value: string) => framed([['Content-Length', value]])
  const inChunks = (framedBody: string) => framed([['Transfer-Encoding', 'chunked']], framedBody)
  return random.oneOf<() => string>([
    () => wrong(String(length + 1 + random.below(50))),
    () => wrong(String(random.below(length + 1))),
    () => wrong('-1'),
    () => wrong('+5'),
    () => wrong('0x10'),
    () => wrong('1e3'),
    () => wrong('99999999999999999999999'),
    () => wrong('18446744073709551616'),
    () => wrong(`${length}, ${length}`),
    () => wrong(''),
    () => wrong(MARKER),
    () => framed([1, 2].map(() => ['Content-Length', String(length)])),
    () => framed([0, 1].map((more) => ['Content-Length', String(length + more)])),
    () => framed([length, 'chunked'].map((value, at) => [at ? 'Transfer-Encoding' : 'Content-Length', String(value)])),
    () =>
      framed([['Transfer-Encoding', random.oneOf(['gzip', 'identity', 'chunked, gzip', 'xchunked', ' chunked', ''])]]),
    () =>
      framed(
        [1, 2].map(() => ['Transfer-Encoding', 'chunked']),
        chunked(draw, body),
      ),
    () => inChunks(body),
    () => inChunks(`${length.toString(16)}\r\n${body}`),
    () => inChunks(`${(length + 5).toString(16)}\r\n${body}\r\n0\r\n\r\n`),
    () => inChunks(`-1\r\n${body}\r\n0\r\n\r\n`),
    () => inChunks(`ffffffffffffffffff\r\n${body}\r\n0\r\n\r\n`),
    () => inChunks(`1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`),
    () => inChunks(chunked(draw, body).replaceAll('\r\n', '\n')),
    () => inChunks(`0\r\nContent-Length: 5\r\nAuthorization: ${MARKER}\r\n\r\n`),
    () => inChunks(chunked(draw, body).slice(0, random.below(100))),
  ])()
}

const METHODS: readonly [string, ...string[]] = [
  'POST',
  'GET',
  'HEAD',
  'OPTIONS',
  'PUT',
  'CONNECT',
  'TRACE',
  'PRI',
  'post',
  MARKER,
  '',
]

const TARGETS: readonly [string, ...string[]] = [
  '/token',
  '/token/',
  '//token',
  '/TOKEN',
  '/./token',
  '/token;x',
  '/token%00',
  '/%74oken',
  '/token#x',
  '/%',
  '/%ff',
  '/%c0%af',
  '/..%2f..%2fetc',
  '*',
  'token',
  'http://localhost/token',
  'http://localhost',
  'http://[::1/token',
  'http://a:b@:99999/token',
  'x://',
  'mailto:x',
  '/token?',
  '/token?&&&=',
  '/token?password=zq7xk',
  '/token?%ff=%zz&__proto__=1',
  `/token?${'a=1&'.repeat(1000)}`,
  `/${'a'.repeat(20_000)}`,
  `/token\0${MARKER}`,
  '/token\xff',
  '',
]

/** A request whose first line or headers are malformed or unusual. */
export function malformed(draw: Draw): string {
  const { random } = draw
  const request: HttpRequest = formRequest(draw)
  const put = (changed: Partial<HttpRequest>) => requestBytes({ ...request, ...changed })
  const header = (name: string, value: string) => put({ headers: [...request.headers, [name, value]] })
  return random.oneOf<() => string>([
    () => put({ method: random.oneOf(METHODS) }),
    () => put({ target: random.oneOf(TARGETS) }),
    () => put({ target: random.oneOf(TARGETS) }),
    () =>
      put({
        version: random.oneOf(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1 ', 'HTTP/9.9', 'http/1.1', 'ICE/1.0', '']),
      }),
    () => put({ headers: request.headers.filter(([name]) => name !== 'Host') }),
    () => header(random.oneOf(['', ' ', 'X Y', '\0', '\xff', 'X:', '__proto__']), MARKER),
    () => header('X', random.oneOf(['\0', '\n', '\r', '\r\n folded', '\x7f', 'a'.repeat(20_000)])),
    () => header('Host', 'elsewhere'),
    () => header('Expect', random.oneOf(['100-continue', '200-ok', MARKER])),
    () => header('Upgrade', random.oneOf(['websocket', 'h2c'])) + MARKER,
    () => header('Connection', random.oneOf(['upgrade', 'close', 'keep-alive, close', MARKER])),
    () => put({ headers: Array.from({ length: random.below(3000) }, (_, index) => [`X-${index}`, MARKER]) }),
    () => requestBytes(request).replaceAll('\r\n', random.oneOf(['\n', '\r', '\r\r\n', '\n\r'])),
    () => '\r\n'.repeat(random.below(50)) + requestBytes(request),
    () => randomBytes(draw, 200),
    () => `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${randomBytes(draw, 100)}`,
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ])()
}

/** A right request with some bytes changed, taken away, put in or doubled. */
export function mutated(draw: Draw): string {
  const { random } = draw
  let text = requestBytes(formRequest(draw))
  for (let times = 1 + random.below(5); times > 0; times--) {
    const at = random.below(text.length)
    const end = Math.min(text.length, at + 1 + random.below(8))
    const put = random.oneOf(['', randomBytes(draw, 4), text.slice(at, end).repeat(2), text.slice(0, at % 100)])
    text = text.slice(0, at) + put + text.slice(end)
  }
  return text
}
