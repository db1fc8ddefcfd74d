import { BasicStrategy } from 'passport-http'
import { basicCredentials } from './basic-credentials.js'
import type { ClientVerdict } from './client-verdict.js'
import { isRefused, type VerifyClient } from './client-verifier.js'
import { report, type StrategyActions } from './strategy.js'

/** What the strategy reads of a request. */
export interface BasicClientRequest {
  readonly headers: { readonly authorization?: string | undefined }
}

/**
 * HTTP Basic for clients (RFC 6749 section 2.3.1) on passport-http, with a decoding of its own: passport-http cuts a
 * secret at its second colon, does not form-decode, and accepts `NotBasicAtAll` as the scheme. An empty secret counts as absent.
 */
export class BasicClientStrategy extends BasicStrategy {
  // Not `#private`: Passport runs the strategy on an object that only inherits from this one.
  readonly verifyClient: VerifyClient

  constructor(verifyClient: VerifyClient) {
    super((_id, _secret, done) => {
      done(null, false)
    })
    this.verifyClient = verifyClient
  }

  override authenticate(this: this & StrategyActions<ClientVerdict>, request: BasicClientRequest): void {
    const credentials = basicCredentials(request.headers.authorization ?? '')
    if (credentials === undefined) this.fail({ reason: 'malformed' })
    else
      report(
        this,
        this.verifyClient(credentials.id, credentials.secret === '' ? undefined : credentials.secret),
        isRefused,
      )
  }
}
