import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import { GrantStoreError } from '../stores/grant-store-error.js'
import type { EndpointRequest } from './endpoint-request.js'

/** The request that an error belongs to. */
export type TroubledRequest = Pick<EndpointRequest, 'id' | 'http' | 'address' | 'endUserAddress'>

/** What is away may be back soon. */
export const RETRY_AFTER_SECONDS = '5'

/** An error as whoever asked is told it. What is no refusal but trouble goes to `onError`, and out as a fixed sentence. */
export function refusalOf(settings: Settings, request: TroubledRequest, error: unknown): OAuthError {
  return error instanceof OAuthError ? error : troubled(settings, request, error)
}

function troubled({ onError, onEvent }: Settings, request: TroubledRequest, error: unknown): OAuthError {
  const isOfStore = error instanceof GrantStoreError
  onEvent(isOfStore ? { type: 'store_failed', store: 'grants' } : { type: 'server_error' }, request)
  onError(error, { requestId: request.id, request: request.http })
  return isOfStore
    ? new OAuthError('temporarily_unavailable', `The server cannot do this right now; request ${request.id}`, {
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
      })
    : new OAuthError('server_error', `The server met an unexpected condition; request ${request.id}`)
}
