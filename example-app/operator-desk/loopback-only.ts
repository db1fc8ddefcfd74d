import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { isLoopback } from '../settings.js'

/** What a proxy adds to the requests of others. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

/**
 * Lets through requests of a browser on this machine, and answers any other with a 403. The desk listens at a loopback address,
 * so nobody else connects; this refuses what comes by way of this machine: requests that a proxy passes on, and those of a
 * stranger's page in a browser here that has led its own name to 127.0.0.1 (DNS rebinding), which `Host` shows. The address is
 * that of the socket, whatever `trust proxy` says.
 */
export const loopbackOnly: RequestHandler = function loopbackOnly(request, response, next) {
  if (isFromThisMachine(request)) next()
  else {
    response.status(403).set('Cache-Control', 'no-store').type('text/plain')
    response.send(
      'The desk is for this machine alone: open it at a loopback address, without a proxy. See DESK_PORT.\n',
    )
  }
}

function isFromThisMachine({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
  return (
    isLoopback(address) &&
    isLoopback(hostName(headers.host ?? '')) &&
    FORWARDING_HEADERS.every((name) => headers[name] === undefined)
  )
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}
