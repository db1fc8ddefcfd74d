import { gzipSync } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'

interface BadAnswer {
  readonly title: string
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void
  /** What the operator is told. */
  readonly told: RegExp
  /** It has to be waited for. */
  readonly isEndless?: true
}

const json = { 'content-type': 'application/json' }

const sending =
  (body: string | Buffer, headers: Record<string, string> = json, status = 200) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }

/** What an endpoint of an issuer may answer and no endpoint should; `elsewhere` is a path that answers what is right. */
export function badAnswers(elsewhere: string): readonly BadAnswer[] {
  return [
    { title: 'never answers', answer: () => undefined, told: /did not answer within/, isEndless: true },
    {
      title: 'sends headers and stalls',
      answer: (_, response) => {
        response.writeHead(200, json).flushHeaders()
      },
      told: /did not answer within/,
      isEndless: true,
    },
    {
      title: 'sends a byte now and then',
      answer: (_, response) => {
        response.writeHead(200, json)
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => {
          clearInterval(timer)
        })
      },
      told: /did not answer within/,
      isEndless: true,
    },
    { title: 'sends 50 MB', answer: sending(Buffer.alloc(50e6, ' ')), told: /answered more than \d+ bytes/ },
    {
      title: 'sends 50 MB as 50 kB of gzip',
      answer: sending(gzipSync(Buffer.alloc(50e6, ' ')), { ...json, 'content-encoding': 'gzip' }),
      told: /answered more than \d+ bytes/,
    },
    {
      title: 'sends gzip that is none',
      answer: sending('{"keys":[]}', { ...json, 'content-encoding': 'gzip' }),
      told: /broke off its answer \(.+\)/,
    },
    {
      title: 'breaks off',
      answer: (_, response) => {
        response.writeHead(200, { ...json, 'content-length': '1000' })
        response.write('{', () => response.socket?.destroy())
      },
      told: /broke off its answer \(.+\)/,
    },
    {
      title: 'hangs up',
      answer: (request) => {
        request.socket.destroy()
      },
      told: /could not be reached \(.+\)/,
    },
    {
      title: 'does not speak HTTP',
      answer: (request) => {
        request.socket.end('220 mail.example.com ESMTP\r\n\r\n')
      },
      told: /could not be reached \(.+\)/,
    },
    {
      title: 'sends HTML',
      answer: sending('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
      told: /answered what is not JSON/,
    },
    { title: 'sends HTML as JSON', answer: sending('<!doctype html>'), told: /answered malformed JSON/ },
    { title: 'sends half of a document', answer: sending('{"keys":[{"kty":'), told: /answered malformed JSON/ },
    { title: 'sends nothing', answer: sending(''), told: /answered malformed JSON/ },
    { title: 'answers 204', answer: sending('', {}, 204), told: /answered 204/ },
    { title: 'answers 500', answer: sending('{"error":"server_error"}', json, 500), told: /answered 500/ },
    { title: 'answers 401', answer: sending('{"error":"invalid_client"}', json, 401), told: /answered 401/ },
    ...[301, 302, 303, 307, 308].map((status) => ({
      title: `redirects elsewhere with ${status}`,
      answer: sending('', { location: elsewhere }, status),
      told: new RegExp(`answered ${status}`),
    })),
    ...['null', '[]', '"keys"', '7', '{}'].map((body) => ({
      title: `sends ${body}`,
      answer: sending(body),
      told: /cannot be read|names another issuer|names no issuer|did not say whether/,
    })),
  ]
}
