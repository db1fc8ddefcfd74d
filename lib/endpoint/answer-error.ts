import type { Response } from 'express'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { GrantStoreError } from '../stores/grant-store-error.js'
import { answer } from './answer.js'
import type { EndpointRequest } from './endpoint-request.js'

/** What is away may be back soon. */
export const RETRY_AFTER_SECONDS = '5'

/** Answers a refusal (RFC 6749 section 5.2). What is no refusal but trouble goes to `onError`, and out as a fixed sentence. */
export function answerError(settings: Settings, request: EndpointRequest, error: unknown): void {
  const refusal = error instanceof OAuthError ? error : troubled(settings, request, error)
  answerRefusal(request.response, refusal, refusal.status === 401 ? { 'WWW-Authenticate': settings.challenge } : {})
}

/** Answers a refusal as JSON, with its own headers above those given. */
export function answerRefusal(
  response: Response,
  refusal: OAuthError,
  headers: Readonly<Record<string, string>> = {},
): void {
  // Nobody is there any more, or a strategy has answered behind our back.
  if (response.headersSent || response.destroyed) return
  answer(
    response,
    refusal.status,
    { error: refusal.code, error_description: refusal.message, ...refusal.members },
    { ...headers, ...refusal.headers },
  )
}

function troubled({ onError, onEvent }: Settings, request: EndpointRequest, error: unknown): OAuthError {
  const isOfStore = error instanceof GrantStoreError
  onEvent(isOfStore ? { type: 'store_failed', store: 'grants' } : { type: 'server_error' }, request)
  onError(error, { requestId: request.id, request: request.http })
  return isOfStore
    ? new OAuthError('temporarily_unavailable', `The server cannot do this right now; request ${request.id}`, {
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
      })
    : new OAuthError('server_error', `The server met an unexpected condition; request ${request.id}`)
}
