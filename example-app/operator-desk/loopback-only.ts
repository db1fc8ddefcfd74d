import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { isLoopback } from '../settings.js'

/** What a proxy adds to the requests of others. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via']

/**
 * Lets through who sits at this machine, and answers anybody else with a 403. The address is that of the socket, whatever
 * `trust proxy` says. A proxy on this machine connects from loopback too, so that a request which it names a sender for is
 * refused; and so is one whose `Host` is no name of this machine, which is how a page of a stranger, open in a browser
 * here, would reach the desk through a name of its own (DNS rebinding).
 */
export const loopbackOnly: RequestHandler = (request, response, next) => {
  if (isFromThisMachine(request)) next()
  else {
    response.status(403).set('Cache-Control', 'no-store').type('text/plain')
    response.send('The desk is for this machine alone: open it at a loopback address, without a proxy. See DESK.\n')
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
