import type { RequestHandler, Response } from 'express'
import type { Feed, Message } from './feed.js'

const MOST_VIEWERS = 20
/** Bytes that a viewer may leave unread. One that reads more slowly than things happen is sent away, and comes back. */
const MOST_UNREAD = 1_000_000
const RETRY_MS = 2_000

/**
 * The feed as server-sent events. A viewer who comes back after a gap is sent what it missed (`Last-Event-ID`), a new one
 * all that is kept. The message of each second keeps the connection alive.
 */
export function eventStream(feed: Feed): RequestHandler {
  return (request, response) => {
    if (feed.viewers >= MOST_VIEWERS) {
      response.status(503).set({ 'Cache-Control': 'no-store', 'Retry-After': '30' }).type('text/plain')
      response.send('As many as can are looking at the desk already.\n')
      return
    }
    response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
    const seen = lastSeen(request.get('Last-Event-ID'), feed.run)
    response.write(`retry: ${RETRY_MS}\nevent: opened\ndata: ${JSON.stringify({ goesOn: seen > 0 })}\n\n`)
    response.write(
      feed
        .after(seen)
        .map((message) => frame(message, feed.run))
        .join(''),
    )
    const unsubscribe = feed.subscribe((message) => {
      pass(response, frame(message, feed.run))
    })
    response.once('close', unsubscribe)
  }
}

function pass(response: Response, text: string): void {
  if (response.writableLength > MOST_UNREAD) response.destroy()
  else response.write(text)
}

function frame({ number, name, text }: Message, run: string): string {
  return `id: ${run}/${number}\nevent: ${name}\ndata: ${text}\n\n`
}

/** The number of the last message that a viewer has; 0 where it has none of this run. */
function lastSeen(id: string | undefined, run: string): number {
  const [ofRun, number = ''] = (id ?? '').split('/')
  return ofRun === run && /^\d{1,15}$/.test(number) ? Number(number) : 0
}
