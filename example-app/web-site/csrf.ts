import { csrfSync } from 'csrf-sync'
import type { Request, RequestHandler } from 'express'
import { PageError } from './page-error.js'
import { textOf } from './text-of.js'

const { csrfSynchronisedProtection, generateToken, invalidCsrfTokenError } = csrfSync({
  getTokenFromRequest: (request) => fieldOf(request, 'csrf_token'),
})

/** Refuses every form that was not made by a page of this session. */
export function csrfProtection(): RequestHandler {
  return function refuseForeignForms(request, response, next) {
    csrfSynchronisedProtection(request, response, (error?: unknown) => {
      next(error === invalidCsrfTokenError ? staleForm() : error)
    })
  }
}

/** The value of the field `csrf_token` in every form, the same for as long as the session lasts. */
export function csrfTokenOf(request: Request): string {
  return generateToken(request)
}

/** What a form has in a field; empty where that is missing, or there several times. */
export function fieldOf({ body }: Request, name: string): string {
  return textOf(body, name)
}

function staleForm(): PageError {
  return new PageError(
    403,
    'This form is too old',
    'Nothing was changed. Please open the page again and repeat what you did.',
  )
}
