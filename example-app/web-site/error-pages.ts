import type { ErrorRequestHandler } from 'express'
import { notFound, PageError } from './page-error.js'
import type { ShowPage } from './show-page.js'

/** What every failure ends in: a page in the same dress, that tells what to do and nothing of the inside. */
export function errorPages(show: ShowPage): ErrorRequestHandler {
  return function showError(error: unknown, request, response, next) {
    if (response.headersSent) {
      next(error)
      return
    }
    const { status, heading, text } = pageErrorOf(error)
    if (status >= 500) console.error(error)
    const action =
      request.path === '/contacts' ? { href: '/contacts', name: 'Try again' } : { href: '/', name: 'To the first page' }
    show(request, response, 'message', { title: heading, status, data: { status, heading, text, action } })
  }
}

function pageErrorOf(error: unknown): PageError {
  if (error instanceof PageError) return error
  if (isClientFault(error))
    return error.status === 404
      ? notFound()
      : new PageError(error.status, 'That did not reach us whole', 'Please go back and try again.')
  return new PageError(500, 'Something went wrong', 'It is our mistake, not yours, and we have made a note of it.')
}

/** What Express and its parsers throw where a request is malformed. */
function isClientFault(error: unknown): error is { status: number } {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    error.status >= 400 &&
    error.status < 500
  )
}
