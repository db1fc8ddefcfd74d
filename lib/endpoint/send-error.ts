import type { Response } from 'express'
import type { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { sendJson } from './send-json.js'
import type { EndpointRequest } from './endpoint-request.js'
import { refusalOf } from './refusal-of.js'

/** Answers a refusal (RFC 6749 section 5.2), or trouble by a fixed sentence (see `refusalOf`). */
export function sendError(settings: Settings, request: EndpointRequest, error: unknown): void {
  const refusal = refusalOf(settings, request, error)
  sendRefusal(request.response, refusal, refusal.status === 401 ? { 'WWW-Authenticate': settings.challenge } : {})
}

/** Answers a refusal as JSON, with its own headers above those given. */
export function sendRefusal(
  response: Response,
  refusal: OAuthError,
  headers: Readonly<Record<string, string>> = {},
): void {
  // Nobody is there any more, or a strategy has answered behind our back.
  if (response.headersSent || response.destroyed) return
  sendJson(
    response,
    refusal.status,
    { error: refusal.code, error_description: refusal.message, ...refusal.members },
    { ...headers, ...refusal.headers },
  )
}
