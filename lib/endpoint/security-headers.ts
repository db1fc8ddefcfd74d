import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

/** RFC 6749 section 5.1. */
const NOT_CACHED = { 'cache-control': 'no-store', pragma: 'no-cache' }

/**
 * The headers that every answer carries: helmet's, with the content security policy of an answer that is no page, and
 * those that keep it out of caches.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  return Object.freeze({ ...helmetHeaders('same-origin'), ...NOT_CACHED })
}

/** The headers of what pages of every origin may read, for there is no secret in it. How long it may be kept it says itself. */
export const publicHeaders: Readonly<Record<string, string>> = Object.freeze({
  ...helmetHeaders('cross-origin'),
  'access-control-allow-origin': '*',
})

/** helmet is asked once, and not at each request, for it always says the same. */
function helmetHeaders(resourcePolicy: 'same-origin' | 'cross-origin'): Readonly<Record<string, string>> {
  const sendHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: resourcePolicy },
    xFrameOptions: { action: 'deny' },
  })
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  sendHeaders(request, response, () => undefined)
  return Object.fromEntries(response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]))
}
