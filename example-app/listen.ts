import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { reason } from './reason.js'
import { StartFailure } from './start-failure.js'

/** Where to listen. */
export interface Place {
  readonly host: string
  /** `0`: any that is free. */
  readonly port: number
  /** The variable that sets the port. */
  readonly portName: 'PORT' | 'DESK_PORT'
}

/**
 * Listens, and tells the URL at which this machine reaches the server.
 * @throws StartFailure where the host and port cannot be had.
 */
export function listen(server: Server, place: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new StartFailure(sentence(error, place), { cause: error }))
    })
    server.listen(place.port, place.host, () => {
      server.removeAllListeners('error')
      resolve(urlOf(server.address() as AddressInfo)) // the boundary: what listens at a host and port has one
    })
  })
}

function sentence(error: NodeJS.ErrnoException, { host, port, portName }: Place): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `${portName} ${String(port)} of ${host} is in use by another process; end that one or set ${portName} to another (0: any free one).`
    case 'EACCES':
      return `${portName} ${String(port)} needs a privilege that this user does not have; take one from 1024 up.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST must be an address or a name of this machine; ${JSON.stringify(host)} is not.`
    default:
      return `HOST ${host} and ${portName} ${String(port)} cannot be listened at: ${reason(error)}.`
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const host = isEverywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  return `http://${host}:${String(port)}`
}
