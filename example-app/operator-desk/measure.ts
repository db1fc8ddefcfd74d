import type { LimitName, OAuthEvent } from 'express-oauth-password-grant'

/** What is counted, second by second. */
export type Counter =
  | 'signedIn'
  | 'wrongPassword'
  | 'refusedOtherwise'
  | 'secondFactorRequired'
  | 'limited'
  | 'shed'
  | 'refreshed'
  | 'refreshRefused'
  | 'reused'
  | 'trouble'
  | `limit.${LimitName}`

/** What is measured otherwise: the time of a login in milliseconds, and password checks at the moment. */
export type Gauge = 'p50' | 'p95' | 'p99' | 'inFlight' | 'waiting'

export type Measure = Counter | Gauge

/** How much an event adds to each of its counters. During a flood one event stands for many refusals. */
export function weightOf(event: OAuthEvent): number {
  switch (event.type) {
    case 'client_refused':
    case 'login_refused':
    case 'access_token_refused':
    case 'limit_reached':
    case 'load_shed':
      return event.count
    default:
      return 1
  }
}

/** Which counters an event moves. */
export function countersOf(event: OAuthEvent): readonly Counter[] {
  switch (event.type) {
    case 'user_authenticated':
      return ['signedIn']
    case 'token_issued':
      return [event.grantType === 'refresh_token' ? 'refreshed' : 'signedIn']
    case 'login_refused':
      return [event.reason === 'wrong_credentials' ? 'wrongPassword' : 'refusedOtherwise']
    case 'second_factor_required':
      return ['secondFactorRequired']
    case 'second_factor_refused':
      return ['refusedOtherwise']
    case 'limit_reached':
      return event.limit === 'clientAddress' ? [`limit.${event.limit}`] : ['limited', `limit.${event.limit}`]
    case 'load_shed':
      return ['shed']
    case 'refresh_refused':
      return ['refreshRefused']
    case 'refresh_token_reused':
      return ['reused']
    case 'store_failed':
    case 'server_error':
      return ['trouble']
    default:
      return []
  }
}
