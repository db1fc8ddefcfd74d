import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

/** RFC 6749 section 5.1. */
const NOT_CACHED = { 'cache-control': 'no-store', pragma: 'no-cache' }

/**
 * The headers that every answer carries: helmet's, with the content security policy of an answer that is no page, and
 * those that keep it out of caches. helmet is asked once, and not at each request, for it always says the same.
 */
export function securityHeaders(): Readonly<Record<string, string>> {
  const sendHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
  })
  const request = new IncomingMessage(new Socket())
  const response = new ServerResponse(request)
  sendHeaders(request, response, () => undefined)
  const headers = response.getHeaderNames().map((name) => [name, String(response.getHeader(name))] as const)
  return Object.freeze({ ...Object.fromEntries(headers), ...NOT_CACHED })
}
