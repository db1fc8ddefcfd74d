import type { Settings } from '../options/settings.js'
import type { EndpointRequest } from './endpoint-request.js'
import type { Step } from './endpoint.js'

/**
 * Tells of a `trust proxy` that is wrong, which the first request shows and nothing before it. It looks at requests of
 * registered clients only: anybody can make up a header.
 */
export function noticeMistakes({ onMistake }: Settings): Step {
  return function noticeMistakes(request) {
    const { headers, app } = request.http
    const trustProxy: unknown = app.get('trust proxy')
    if (trustProxy === true) onMistake('trust_proxy_everybody', request)
    const forwardedFor = headers['x-forwarded-for']
    if (forwardedFor === undefined && headers.forwarded === undefined) return
    if (trustProxy === false || trustProxy === undefined) onMistake('trust_proxy_off', request)
    else if (forwardedFor === undefined && isFromProxy(request)) onMistake('forwarded_not_read', request)
  }
}

/** Whether the address is that of whoever is connected. */
function isFromProxy({ http, address }: EndpointRequest): boolean {
  return address === http.socket.remoteAddress
}
