import type { IncomingMessage } from 'node:http'
import type { EventRequest } from '../event.js'
import type { MaybePromise } from '../grant-store.js'
import type { OAuthError } from '../oauth-error.js'
import type { AccessTokenClaims } from './access-token-claims.js'
import type { AccessTokenRefusal } from './access-token-refusal.js'
import type { AccessTokenVerifier } from './access-token-verifier.js'

/** A request that carries an access token: Express's, or that of a WebSocket upgrade. */
export type GuardedRequest = IncomingMessage

/** What the guards of one resource server share. */
export interface GuardContext {
  readonly realm: string
  /** The scopes that a route may require. Absent if they are not known here. */
  readonly scopes: ReadonlySet<string> | undefined
  readonly verifier: AccessTokenVerifier
  /** Asks whether the grant of a verified token still lives. Absent if there is nobody to ask. */
  readonly isLiving: ((token: string, claims: AccessTokenClaims, now: number) => MaybePromise<boolean>) | undefined
  /** What to configure if `checkRevocation` is required and there is nobody to ask. */
  readonly revocationRemedy: string
  /** Reports a refused token to the operator. */
  readonly onRefused: (refusal: AccessTokenRefusal, request: EventRequest) => void
  /** What the client is told about an error. Reports trouble to the operator. */
  readonly refusalOf: (error: unknown, request: GuardedRequest, eventRequest: EventRequest) => OAuthError
}
