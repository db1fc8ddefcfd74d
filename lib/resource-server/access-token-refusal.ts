import type { EventDetail } from '../event.js'

/** Why a guard refused an access token, for the operator. */
export type AccessTokenRefusal = Omit<Extract<EventDetail, { type: 'access_token_refused' }>, 'type' | 'count'>
