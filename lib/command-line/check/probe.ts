import { request as requestByHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestByHttps } from 'node:https'
import { TLSSocket } from 'node:tls'
import { isJson } from '../../network/json-type.js'

export interface Probe {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProbeAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The JSON object that the body is, if it is one. */
  readonly json: Readonly<Record<string, unknown>> | undefined
  /** Milliseconds since the epoch. */
  readonly askedAt: number
  readonly answeredAt: number
  readonly tls: TlsState | undefined
}

export interface TlsState {
  /** Why the certificate is not trusted. */
  readonly distrust: string | undefined
  /** When it expires, in milliseconds since the epoch. */
  readonly expiresAt: number
  readonly protocol: string
}

const MILLISECONDS = 10_000
const MOST_BYTES = 256 * 1024

/** A server that cannot be asked, and why. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** Asks a server once, on a connection of its own. Redirects are not followed. @throws UnreachableError */
export function probe(url: URL, { method = 'GET', headers = {}, body = '' }: Probe = {}): Promise<ProbeAnswer> {
  const askedAt = Date.now()
  return new Promise((resolve, reject) => {
    const unreachable = (error: unknown) => {
      reject(new UnreachableError(reason(error)))
    }
    const options = {
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      agent: false,
      signal: AbortSignal.timeout(MILLISECONDS),
    }
    const onAnswer = (answer: IncomingMessage) => {
      const answeredAt = Date.now()
      readText(answer).then((text) => {
        const { statusCode: status = 0, headers, socket } = answer
        const tls = socket instanceof TLSSocket ? tlsState : undefined
        resolve({ status, headers, json: jsonObject(headers, text), askedAt, answeredAt, tls })
      }, unreachable)
    }
    let tlsState: TlsState | undefined
    const request =
      url.protocol === 'https:'
        ? // A certificate that is not trusted is a finding, and nothing that is sent is worth stealing.
          requestByHttps(url, { ...options, rejectUnauthorized: false }, onAnswer)
        : requestByHttp(url, options, onAnswer)
    request.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        if (socket instanceof TLSSocket) tlsState = stateOf(socket)
      })
    })
    request.on('error', unreachable)
    request.end(body)
  })
}

function stateOf(socket: TLSSocket): TlsState {
  // The boundary: Node answers the code of the error, though its types say an Error.
  const error: unknown = socket.authorizationError
  return {
    distrust: socket.authorized ? undefined : error instanceof Error ? error.message : String(error),
    expiresAt: Date.parse(socket.getPeerCertificate().valid_to),
    protocol: socket.getProtocol() ?? 'none',
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes > MOST_BYTES) break
  }
  return Buffer.concat(chunks).toString()
}

function jsonObject(headers: IncomingHttpHeaders, text: string): Readonly<Record<string, unknown>> | undefined {
  if (!isJson(headers['content-type'])) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'for no reason given'
  if (error.name === 'AbortError') return `no answer within ${MILLISECONDS / 1000} seconds`
  // The error of a host with several addresses has a code only.
  return error.message === '' && 'code' in error ? String(error.code) : error.message
}
