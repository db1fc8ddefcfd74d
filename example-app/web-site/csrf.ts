import { csrfSync } from 'csrf-sync'
import type { Request, RequestHandler } from 'express'
import { PageError } from './page-error.js'
import { textOf } from './text-of.js'
import { VisitorCookie } from './visitor-cookie.js'

const TOKEN_BYTES = 32

/** Makes sure that a form was made by a page of this site, for this browser (CSRF). */
export interface FormTokens {
  /** Refuses every other form. */
  readonly protection: RequestHandler
  /** The value of the field `csrf_token` in every form, the same until the browser signs in or out. */
  readonly tokenOf: (request: Request) => string
}

/**
 * The token of somebody who has signed in, even halfway, is kept in the session. A visitor has no session, so the visitor's is
 * kept in a signed cookie (a signed double submit): a form of another site cannot sign anybody in.
 */
export function formTokens(secret: string): FormTokens {
  const visitorCookie = new VisitorCookie(secret)
  const { csrfSynchronisedProtection, generateToken, invalidCsrfTokenError } = csrfSync({
    size: TOKEN_BYTES,
    getTokenFromRequest: (request) => fieldOf(request, 'csrf_token'),
    getTokenFromState: (request) => (hasSession(request) ? request.session.csrfToken : visitorCookie.tokenIn(request)),
    storeTokenInState(request, token) {
      if (hasSession(request)) request.session.csrfToken = token
      else if (typeof token === 'string') visitorCookie.set(request, token)
    },
  })
  return {
    tokenOf: (request) => generateToken(request),
    protection: function refuseForeignForms(request, response, next) {
      csrfSynchronisedProtection(request, response, (error?: unknown) => {
        next(error === invalidCsrfTokenError ? staleForm() : error)
      })
    },
  }
}

/** What a form has in a field; empty where that is missing, or there several times. */
export function fieldOf({ body }: Request, name: string): string {
  return textOf(body, name)
}

function hasSession({ session }: Request): boolean {
  return session.signIn !== undefined || session.halfSignIn !== undefined
}

function staleForm(): PageError {
  return new PageError(
    403,
    'This form is too old',
    'Nothing was changed. Please open the page again and repeat what you did.',
  )
}
