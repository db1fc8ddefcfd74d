import type { Request, Response } from 'express'
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

/** The response that belongs to a request. @throws TypeError that names the function which was called without one. */
export function responseOf(req: Request, called: string): Response {
  // The boundary: its type says that there is one, and a caller in JavaScript may have none.
  const response = (req as Partial<Request> | undefined)?.res
  if (response !== undefined) return response
  throw new TypeError(`The third argument of ${called} must be the request that Express gives to the route.`)
}
