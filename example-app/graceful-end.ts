import type { Server, ServerResponse } from 'node:http'

const HARD_END_MS = 10_000
/** One Ctrl-C under npm arrives twice: the terminal signals every process of it, and npm passes its own on. */
const SAME_SIGNAL_MS = 500

/**
 * Ends the process on SIGTERM and SIGINT: no new connection is taken, requests that are being answered get their
 * answer, event streams end, then `close` runs and the exit code is 0.
 * A second signal, or ten seconds, end it there and then with 1.
 */
export function endGracefully(server: Server, close: () => Promise<unknown>): void {
  const unanswered = new Set<ServerResponse>()
  let endingSince: number | undefined

  server.on('request', (_request, response: ServerResponse) => {
    unanswered.add(response)
    response.once('close', () => {
      unanswered.delete(response)
      if (endingSince !== undefined) endConnections()
    })
  })

  function endConnections(): void {
    if (unanswered.size === 0) server.closeAllConnections() // what is left was kept alive, or opened and never used
  }

  function end(): void {
    if (endingSince !== undefined) {
      if (performance.now() - endingSince > SAME_SIGNAL_MS) process.exit(1)
      return
    }
    if (!server.listening) process.exit(0)
    endingSince = performance.now()
    setTimeout(() => process.exit(1), HARD_END_MS)
    server.close(() => {
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
    for (const response of unanswered) {
      if (!response.headersSent) response.setHeader('Connection', 'close')
      else if (isEventStream(response)) response.end() // it would never be answered
    }
    endConnections()
  }

  process.on('SIGTERM', end).on('SIGINT', end)
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('Content-Type')).startsWith('text/event-stream')
}
