import type { Request, Response } from 'express'
import type { RouteRequest } from '../network/route-request.js'
import { OAuthError } from '../oauth-error.js'

/**
 * Fields that a form of the application's own has posted, each one text: a body parser makes lists and objects of
 * `password[]=`. One that is empty counts as missing, as in a token request.
 * @throws OAuthError invalid_request
 */
export function requiredFields(fields: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields).map(([name, value]) => [name, requiredText(name, value)]))
}

function requiredText(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  const isMissing = value === undefined || value === null || value === ''
  throw new OAuthError('invalid_request', isMissing ? `${name} is missing` : `${name} is not one text`)
}

/** The request and the response of a route. @throws TypeError that names the function which was called without a request */
export function exchangeOf(req: RouteRequest, called: string): { readonly http: Request; readonly response: Response } {
  const http = req as Request // the boundary: only its types may differ
  // The boundary: its type says that there is one, and a caller in JavaScript may have none.
  const response = (http as Partial<Request> | undefined)?.res
  if (response !== undefined) return { http, response }
  throw new TypeError(`The third argument of ${called} must be the request that Express gives to the route.`)
}
