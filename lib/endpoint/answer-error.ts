import { randomUUID } from 'node:crypto'
import type { Request, Response } from 'express'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { GrantStoreError } from '../stores/grant-store-error.js'
import { answer } from './answer.js'

const RETRY_AFTER_SECONDS = '5'

/** Answers a refusal (RFC 6749 section 5.2). What is no refusal but trouble goes to `onError`, and out as a fixed sentence. */
export function answerError(settings: Settings, request: Request, response: Response, error: unknown): void {
  const refusal = error instanceof OAuthError ? error : troubled(settings, request, error)
  // Nobody is there any more, or a strategy has answered behind our back.
  if (response.headersSent || response.destroyed) return
  answer(
    response,
    refusal.status,
    { error: refusal.code, error_description: refusal.message, ...refusal.members },
    refusal.status === 401 ? { 'WWW-Authenticate': settings.challenge, ...refusal.headers } : refusal.headers,
  )
}

function troubled(settings: Settings, request: Request, error: unknown): OAuthError {
  const requestId = randomUUID()
  settings.onError(error, { requestId, request })
  return error instanceof GrantStoreError
    ? new OAuthError('temporarily_unavailable', `The server cannot do this right now; request ${requestId}`, {
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
      })
    : new OAuthError('server_error', `The server met an unexpected condition; request ${requestId}`)
}
