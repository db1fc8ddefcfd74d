import type { ErrorRequestHandler, RequestHandler } from 'express'
import { OAuthError } from 'express-oauth-password-grant'

/** The last handler of an API: nothing is there. */
export const nothingThere: RequestHandler = function nothingThere(_request, response) {
  response.status(404).json({ error: 'not_found' })
}

/** What every failure of an API ends in: JSON with a code, and nothing of the inside. */
export const jsonErrors: ErrorRequestHandler = function jsonErrors(error: unknown, _request, response, next) {
  if (response.headersSent) next(error)
  else if (error instanceof OAuthError) response.status(error.status).set(error.headers).json({ error: error.code })
  else if (isClientFault(error)) response.status(error.status).json({ error: 'invalid_request' })
  else {
    console.error(error)
    response.status(500).json({ error: 'server_error' })
  }
}

/** What Express and its parsers throw where a request is malformed. */
export function isClientFault(error: unknown): error is { status: number } {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  )
}
