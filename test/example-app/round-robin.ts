import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface RoundRobin {
  readonly url: string
  /** How many requests each server has answered. */
  readonly answered: ReadonlyMap<string, number>
  add(url: string): void
}

/**
 * A server that hands each request to the next of several. One at which nobody listens is passed over; a request whose
 * server goes away before it has answered is cut off, as there is no knowing what became of it.
 */
export async function roundRobin(): Promise<RoundRobin> {
  const answered = new Map<string, number>()
  let turn = 0

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming)
    for (let tried = 0; tried < answered.size; tried += 1) {
      const server = [...answered.keys()][turn++ % answered.size] ?? ''
      try {
        const answer = await send(server, incoming, body)
        answered.set(server, (answered.get(server) ?? 0) + 1)
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.on('error', () => outgoing.destroy()).pipe(outgoing)
        return
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED')) break
      }
    }
    outgoing.destroy()
  }

  const proxy = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  const address = proxy.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${String(port)}`, answered, add: (url) => void answered.set(url, 0) }
}

function send(server: string, { method, url = '', headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // A connection each, so that the end of a server is noticed by those alone that it was answering.
    const onward = request(server + url, { method, headers: { ...headers, connection: 'close' }, agent: false })
    onward.on('response', resolve).on('error', reject).end(body)
  })
}
