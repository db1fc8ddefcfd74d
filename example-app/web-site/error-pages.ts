import type { ErrorRequestHandler } from 'express'
import { OAuthError } from 'express-oauth-password-grant'
import { isClientFault } from '../json-errors.js'
import { reason } from '../reason.js'
import { nextPage } from './next-page.js'
import { notFound, PageError, unavailable } from './page-error.js'
import type { ShowPage } from './show-page.js'
import { NotSignedIn } from './tokens.js'

/** What every failure ends in: a page in the same dress, that tells what to do and nothing of the inside. */
export function errorPages(show: ShowPage): ErrorRequestHandler {
  return function showError(error: unknown, request, response, next) {
    if (response.headersSent) {
      // The session is kept at the end of a page. Whoever has the page keeps the connection too, which Express would cut.
      if (response.writableEnded)
        console.error(`${request.method} ${request.path}: its session was not kept (${reason(causeOf(error))})`)
      else next(error)
      return
    }
    if (error instanceof NotSignedIn) {
      const next = request.method === 'GET' ? request.path : ''
      response.redirect(
        303,
        `/sign-in?${new URLSearchParams({ next, ...(error.hadBeen ? { why: 'ended' } : {}) }).toString()}`,
      )
      return
    }
    const { status, heading, text } = pageErrorOf(error)
    if (status === 503) console.error(`${request.method} ${request.path}: ${text} (${reason(causeOf(error))})`)
    else if (status >= 500) console.error(error)
    const action =
      status === 503
        ? { href: nextPage(request.path), name: 'Try again' }
        : { href: '/', name: 'Back to your contacts' }
    show(request, response, 'message', { title: heading, status, data: { status, heading, text, action } })
  }
}

function pageErrorOf(error: unknown): PageError {
  if (error instanceof PageError) return error
  if (error instanceof OAuthError && error.status === 503) return unavailable('This site', error) // its database
  if (isClientFault(error))
    return error.status === 404
      ? notFound()
      : new PageError(error.status, 'That did not reach us whole', 'Please go back and try again.')
  return new PageError(500, 'Something went wrong', 'It is our mistake, not yours, and we have made a note of it.')
}

/** What lies at the bottom of an error. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? causeOf(error.cause) : error
}
