import type { EndpointRequest } from './endpoint-request.js'
import type { PublicDocument } from './public-document.js'

/** Answers a document, or 304 to whoever has it already. */
export function sendDocument({ http, response }: EndpointRequest, { text, headers, etag }: PublicDocument): void {
  response.removeHeader('X-Powered-By')
  for (const name in headers) response.setHeader(name, headers[name] ?? '')
  if (names(http.headers['if-none-match'], etag)) {
    response.statusCode = 304
    response.end()
  } else {
    response.statusCode = 200
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('content-length', Buffer.byteLength(text))
    response.end(text)
  }
}

/**
 * Whether `If-None-Match` names it (RFC 9110 section 13.1.2). Not Express's `fresh`, which says no where `Cache-Control:
 * no-cache` stands beside it, as the Fetch standard puts it there.
 */
function names(ifNoneMatch = '', etag: string): boolean {
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
