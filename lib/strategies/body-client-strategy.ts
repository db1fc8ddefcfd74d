import type { VerifyClient } from './client-verifier.js'
import { decide, type Strategy } from './strategy.js'

/** What the strategy reads of a request. */
export interface BodyClientRequest {
  readonly clientId: string
  readonly clientSecret: string | undefined
}

/** Client credentials in the request body (RFC 6749 section 2.3.1), and public clients, which send no secret. */
export function bodyClientStrategy(verifyClient: VerifyClient): Strategy<BodyClientRequest> {
  return {
    authenticate({ clientId, clientSecret }) {
      decide(this, verifyClient(clientId, clientSecret))
    },
  }
}
