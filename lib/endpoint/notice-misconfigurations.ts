import type { Settings } from '../options/settings.js'
import { requestAddress } from '../network/request-address.js'
import type { EndpointRequest } from './endpoint-request.js'
import type { Step } from './endpoint.js'

/**
 * Reports a proxy or a `trust proxy` that is set up wrongly, which the first request shows and nothing before it. It looks
 * only at requests of clients that have authenticated, because anybody can make up a header.
 */
export function noticeMisconfigurations({ onMisconfiguration }: Settings): Step {
  return function noticeMisconfigurations(request) {
    const { headers, app } = request.http
    if (request.address === undefined && request.http.ip !== undefined) onMisconfiguration('not_an_address', request)
    const trustProxy: unknown = app.get('trust proxy')
    if (trustProxy === true) onMisconfiguration('trust_proxy_everybody', request)
    const forwardedFor = headers['x-forwarded-for']
    if (forwardedFor === undefined && headers.forwarded === undefined) return
    if (trustProxy === false || trustProxy === undefined) onMisconfiguration('trust_proxy_off', request)
    else if (forwardedFor === undefined && isFromProxy(request)) onMisconfiguration('forwarded_not_read', request)
  }
}

/** Whether the address is that of the connection itself. */
function isFromProxy({ http, address }: EndpointRequest): boolean {
  return address === requestAddress(http.socket.remoteAddress)
}
