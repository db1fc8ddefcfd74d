/** An answer as it came over a socket. */
export interface HttpAnswer {
  readonly status: number
  /** By lower-case name; of those that came twice, both, joined by a comma. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** All of it. */
  readonly text: string
}

export interface Received {
  readonly answers: readonly HttpAnswer[]
  /** What followed the last whole answer. */
  readonly rest: string
}

/**
 * The answers in what came over a connection, one after the other (RFC 9112).
 * @param methods Of the requests in order: what answers HEAD has no body.
 */
export function httpAnswers(bytes: Buffer, methods: readonly string[]): Received {
  // Bytes as characters, one each: lengths count bytes.
  let rest = bytes.toString('latin1')
  const answers: HttpAnswer[] = []
  for (;;) {
    const answer = firstAnswer(rest, methods[answers.length] ?? 'POST')
    if (answer === undefined) return { answers, rest }
    rest = rest.slice(answer.text.length)
    if (answer.status >= 200) answers.push(answer)
  }
}

function firstAnswer(text: string, method: string): HttpAnswer | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = text.slice(0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1] ?? NaN)
  const headers = headersOf(lines)
  const bodyStart = headEnd + 4
  const hasNone = method === 'HEAD' || status < 200 || status === 204 || status === 304
  const body = hasNone ? { body: '', length: 0 } : bodyOf(text.slice(bodyStart), headers)
  if (body === undefined) return undefined
  return { status, headers, body: body.body, text: text.slice(0, bodyStart + body.length) }
}

function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

function bodyOf(text: string, headers: ReadonlyMap<string, string>): { body: string; length: number } | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return chunkedBody(text)
  const length = Number(headers.get('content-length') ?? 0)
  return text.length < length ? undefined : { body: text.slice(0, length), length }
}

function chunkedBody(text: string): { body: string; length: number } | undefined {
  let body = ''
  for (let at = 0; ;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = parseInt(text.slice(at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (text.length < next) return undefined
    if (size === 0) return { body, length: next }
    body += text.slice(lineEnd + 2, next - 2)
    at = next
  }
}
