import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'
import { freePort } from '../stores/free-port.js'

/** A JSON document, or an answer of any other kind. */
export type Answer = object | ((request: IncomingMessage, response: ServerResponse) => void)

/** An issuer of a test: what it answers at each path (404 elsewhere), how often it was asked, and whether it is there at all. */
export interface Issuer {
  readonly url: string
  readonly answers: Map<string, Answer>
  asked(path: string): number
  /** The paths that were asked for, in order. */
  readonly log: readonly string[]
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startIssuer(answers: Readonly<Record<string, Answer>> = {}): Promise<Issuer> {
  const issuer = await absentIssuer(answers)
  await issuer.start()
  return issuer
}

/** One that does not listen yet. It ends with the test. */
export async function absentIssuer(answers: Readonly<Record<string, Answer>> = {}): Promise<Issuer> {
  const port = await freePort()
  const log: string[] = []
  const byPath = new Map(Object.entries(answers))
  let server = createServer()
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  onTestFinished(stop)
  return {
    url: `http://127.0.0.1:${port}`,
    answers: byPath,
    asked: (path) => log.filter((one) => one === path).length,
    log,
    stop,
    start: () => {
      server = createServer((request, response) => {
        const path = request.url ?? ''
        log.push(path)
        const answer = byPath.get(path)
        if (answer === undefined) response.writeHead(404).end('Not here')
        else if (typeof answer === 'function') answer(request, response)
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
      return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
    },
  }
}
