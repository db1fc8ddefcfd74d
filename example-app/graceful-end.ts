import type { Server, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'

const HARD_END_MS = 10_000
/** One Ctrl-C under npm arrives twice: the terminal signals every process of it, and npm passes its own on. */
const SAME_SIGNAL_MS = 500

export interface GracefulEnd {
  /**
   * To be mounted first: refuses with a 503 what comes by a connection from before the signal, and closes that connection.
   * The client can ask another process, for nothing of it was carried out.
   */
  readonly refuseNew: RequestHandler
}

/**
 * Ends the process on SIGTERM and SIGINT: no new connection is taken and no new request, requests that are being answered get
 * their answer, event streams end, then `close` runs and the exit code is 0. A second signal, or ten seconds, end it there
 * and then with 1. The output says how many requests there were, and how many of them were answered.
 */
export function endGracefully(servers: readonly Server[], close: () => Promise<unknown>): GracefulEnd {
  const unanswered = new Set<ServerResponse>()
  let endingSince: number | undefined
  let refused = 0

  for (const server of servers) {
    server.on('request', (_request, response: ServerResponse) => {
      unanswered.add(response)
      response.once('close', () => {
        unanswered.delete(response)
        if (endingSince !== undefined) endConnections()
      })
    })
  }

  function endConnections(): void {
    if (unanswered.size > 0) return
    for (const server of servers) server.closeAllConnections() // what is left was kept alive, or opened and never used
  }

  function end(signal: NodeJS.Signals): void {
    if (endingSince !== undefined) {
      if (performance.now() - endingSince > SAME_SIGNAL_MS) endNow('A second signal')
      return
    }
    if (!servers.some(({ listening }) => listening)) process.exit(0)
    endingSince = performance.now()
    setTimeout(endNow, HARD_END_MS, `${signal} ${String(HARD_END_MS / 1000)} seconds ago`)

    const streams = [...unanswered].filter(isEventStream)
    const inFlight = [...unanswered].filter((response) => !isEventStream(response))
    const all = String(inFlight.length)
    console.log(`${signal}: requests in flight: ${all}. They are answered, and new ones refused.`)
    Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
      .then(close)
      .then(
        () => {
          const answered = inFlight.filter(({ writableFinished }) => writableFinished).length
          console.log(`Answered ${String(answered)} of ${all}, refused ${String(refused)} that came later.`)
          process.exit(0)
        },
        (error: unknown) => {
          console.error(error)
          process.exit(1)
        },
      )
    for (const response of streams) response.end() // it would never be answered
    for (const response of lastOnTheirConnections(inFlight)) {
      if (!response.headersSent) response.setHeader('Connection', 'close')
    }
    endConnections()
  }

  function endNow(why: string): void {
    console.error(`${why}: ended with requests unanswered: ${String(unanswered.size)}.`)
    process.exit(1)
  }

  process.on('SIGTERM', end).on('SIGINT', end)

  return {
    refuseNew: function refuseNew(_request, response, next) {
      if (endingSince === undefined) {
        next()
        return
      }
      refused += 1
      response.status(503).set({ 'Cache-Control': 'no-store', Connection: 'close', 'Retry-After': '1' })
      response.json({ error: 'temporarily_unavailable', error_description: 'The server is shutting down' })
    },
  }
}

function isEventStream(response: ServerResponse): boolean {
  return response.headersSent && String(response.getHeader('Content-Type')).startsWith('text/event-stream')
}

/** A client may send several requests at once by one connection (pipelining); what closes it must be the last answer. */
function lastOnTheirConnections(responses: readonly ServerResponse[]): Iterable<ServerResponse> {
  return new Map(responses.map((response) => [response.req.socket, response])).values()
}
