import type { EventRequest, TellEvent } from '../event.js'
import type { MaybePromise } from '../grant-store.js'
import type { LimitName } from '../event.js'
import { OAuthError } from '../oauth-error.js'

/** Whose attempt a limiter counts, for the event. */
export interface Limited {
  readonly limit: LimitName
  readonly clientId: string | undefined
  /** Absent if no user has been named. */
  readonly userKey: string | undefined
}

/** Resolves to what a limiter returns. If the limiter refuses, the event `limit_reached` says so. */
export async function withinLimit<T>(
  asked: MaybePromise<T> | undefined,
  limited: Limited,
  onEvent: TellEvent,
  request: EventRequest,
): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof OAuthError) onEvent({ type: 'limit_reached', ...limited }, request)
    throw error
  }
}
