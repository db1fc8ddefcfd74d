import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CuttableConnection {
  /** The URL of the server behind, by way of here. */
  readonly url: string
  /** Ends all connections and takes no new ones, as a server that was stopped. */
  cut(): Promise<void>
  mend(): Promise<void>
}

/** A way to a server that can be cut and mended, so that a server that others use too seems to stop and start. */
export async function cuttableConnection(url: string, defaultPort: number): Promise<CuttableConnection> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const proxy = createServer((socket) => {
    const onward = connect(Number(target.port || defaultPort), target.hostname)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one)
      one
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
      one.pipe(other)
    }
  })

  async function listen(port: number): Promise<number> {
    proxy.listen(port, '127.0.0.1')
    await once(proxy, 'listening')
    const address = proxy.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async function cut(): Promise<void> {
    const closed = once(proxy, 'close')
    proxy.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const port = await listen(0)
  onTestFinished(async () => {
    if (proxy.listening) await cut()
  })
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(port)
  return {
    url: proxied.href,
    cut,
    async mend() {
      await listen(port)
    },
  }
}
