import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../limit-name.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { EndpointRequest } from './endpoint-request.js'

/** What a limiter answers; where it refuses, the operator is told. `userKey` is absent where no user has been named. */
export async function withinLimit<T>(
  { onEvent }: Pick<Settings, 'onEvent'>,
  request: EndpointRequest,
  limit: LimitName,
  asked: MaybePromise<T> | undefined,
  userKey?: string,
): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof OAuthError) {
      onEvent({ type: 'limit_reached', limit, clientId: request.clientId, userKey }, request)
    }
    throw error
  }
}
