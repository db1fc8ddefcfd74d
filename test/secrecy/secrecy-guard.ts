// Runs before every test file. No event, log or error may carry a password, a secret or a token: this watches what the file
// sends and is answered, and what is emitted meanwhile, and fails the test in which the one stands in the other.
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, vi } from 'vitest'
import { secretsInAnswer, secretsInForm, secretsInHeader, withoutTokens } from './secrets-in.js'
import { secrecy } from './secrecy.js'

// The fast tests share processes. Each file begins with fresh modules of ours, and knows no secrets of the file before.
vi.resetModules()
secrecy.forget()
watchConsole()
watchStreams()
if (secrecy.begins(process)) {
  watchEvents()
  watchServers()
  watchFetch()
}

afterEach(failOnLeaks)
afterAll(failOnLeaks)

function failOnLeaks(): void {
  const leaks = secrecy.leaks()
  if (leaks.length > 0) throw new Error(`What is secret was emitted:\n${leaks.join('\n')}`)
}

function watchEvents(): void {
  subscribe('express-oauth-password-grant', (event) => {
    secrecy.emit('an event', JSON.stringify(event))
  })
}

function watchConsole(): void {
  if (!secrecy.begins(console)) return
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const print = console[method].bind(console)
    console[method] = (...args: unknown[]) => {
      for (const arg of args) secrecy.emit(`console.${method}`, arg)
      print(...args)
    }
  }
}

function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr].filter((one) => secrecy.begins(one))) {
    const write = stream.write.bind(stream)
    stream.write = (chunk: Uint8Array | string, ...rest: never[]) => {
      secrecy.emit(stream === process.stderr ? 'stderr' : 'stdout', Buffer.from(chunk).toString())
      return write(chunk, ...rest)
    }
  }
}

/** Requests to servers of this process, whoever sends them, and their answers. */
function watchServers(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      learnAll(secretsInHeader(request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? ''))
    }
    const sent: Buffer[] = []
    const push = request.push.bind(request)
    request.push = (chunk: Buffer | null, ...rest) => {
      if (chunk === null) learnAll(secretsInForm(Buffer.concat(sent).toString()))
      else sent.push(chunk)
      return push(chunk, ...rest)
    }
    const end = response.end.bind(response) as (...args: unknown[]) => unknown
    Object.assign(response, {
      end(...args: unknown[]) {
        const [body] = args
        watchAnswer(response, typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '')
        return end(...args)
      },
    })
  })
}

function watchAnswer(response: ServerResponse, body: string): void {
  learnAll(secretsInAnswer(body))
  secrecy.emit('the headers of an answer', JSON.stringify(response.getHeaders()))
  if (response.statusCode >= 400) secrecy.emit('the body of an answer', withoutTokens(body))
}

/** Requests to servers of other processes. */
function watchFetch(): void {
  const send = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    for (const [name, value] of new Headers(init?.headers)) learnAll(secretsInHeader(name, value))
    const { body } = init ?? {}
    if (typeof body === 'string' || body instanceof URLSearchParams) learnAll(secretsInForm(body.toString()))
    return send(input, init)
  }
  const { text: read } = Response.prototype
  Object.assign(Response.prototype, {
    async text(this: Response): Promise<string> {
      const body = await read.call(this)
      watchText(this, body)
      return body
    },
    async json(this: Response): Promise<unknown> {
      return JSON.parse(await this.text()) as unknown
    },
  })
}

function watchText(response: Response, body: string): void {
  learnAll(secretsInAnswer(body))
  if (response.status >= 400) secrecy.emit('the body of an answer', withoutTokens(body))
}

function learnAll(secrets: readonly string[]): void {
  for (const secret of secrets) secrecy.learn(secret)
}
