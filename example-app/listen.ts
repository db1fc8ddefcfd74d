import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { reason } from './reason.js'
import type { Settings } from './settings.js'
import { StartFailure } from './start-failure.js'

/**
 * Listens, and tells the URL at which this machine reaches the server.
 * @throws StartFailure where the host and port cannot be had.
 */
export function listen(server: Server, { host, port }: Settings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartFailure(sentence(error, host, port), { cause: error }))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve(urlOf(server.address() as AddressInfo)) // the boundary: what listens at a host and port has one
    })
  })
}

function sentence(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `PORT ${String(port)} of ${host} is in use by another process; end that one or set PORT to another (0: any free one).`
    case 'EACCES':
      return `PORT ${String(port)} needs a privilege that this user does not have; take one from 1024 up.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST must be an address or a name of this machine; ${JSON.stringify(host)} is not.`
    default:
      return `HOST ${host} and PORT ${String(port)} cannot be listened at: ${reason(error)}.`
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const host = isEverywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  return `http://${host}:${String(port)}`
}
