import type { ClientVerdict } from './client-verdict.js'
import { isRefused, type VerifyClient } from './client-verifier.js'
import { report, type Strategy } from './strategy.js'

/** What the strategy reads of a request. */
export interface BodyClientRequest {
  readonly clientId: string
  readonly clientSecret: string | undefined
}

/** Client credentials in the request body (RFC 6749 section 2.3.1), and public clients, which send no secret. */
export function bodyClientStrategy(verifyClient: VerifyClient): Strategy<BodyClientRequest, ClientVerdict> {
  return {
    authenticate({ clientId, clientSecret }) {
      report(this, verifyClient(clientId, clientSecret), isRefused)
    },
  }
}
