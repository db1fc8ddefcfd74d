import { isPlainObject, nonEmptyText } from '../options/option-kinds.js'
import { IssuerError } from './issuer-error.js'
import { issuerJson } from './issuer-json.js'
import { secureUrlOption } from './secure-url.js'
import { withinTime } from './within-time.js'

export interface IntrospectionClient {
  /**
   * Whether the issuer says that an access token is active, now: nothing is remembered, so that a revoked grant ends at once.
   * Rejects with an {@link IssuerError} where it does not say.
   */
  isActive(accessToken: string): Promise<boolean>
}

export interface IntrospectionClientOptions {
  readonly endpoint: string | URL
  readonly clientId: string
  readonly clientSecret: string
  /** How long the answer may take, in milliseconds. Default: 5 s. */
  readonly timeout?: number
}

const MAX_ANSWER_BYTES = 64 * 1024

/** Asks an introspection endpoint (RFC 7662), by HTTP Basic. @throws TypeError where an option is wrong. */
export function introspectionClient(options: IntrospectionClientOptions): IntrospectionClient {
  const { timeout = 5000 } = options
  const endpoint = secureUrlOption('endpoint', options.endpoint)
  const credentials = [nonEmptyText('clientId', options.clientId), nonEmptyText('clientSecret', options.clientSecret)]
  const authorization = `Basic ${Buffer.from(credentials.map(formEncoded).join(':')).toString('base64')}`

  return {
    async isActive(accessToken) {
      const form = new URLSearchParams({ token: accessToken, token_type_hint: 'access_token' })
      const answer = await withinTime(timeout, (signal) =>
        issuerJson(endpoint, { signal, maxBytes: MAX_ANSWER_BYTES, authorization, form }),
      )
      if (isPlainObject(answer) && typeof answer['active'] === 'boolean') return answer['active']
      throw new IssuerError('ISSUER_FAILED', 'The introspection endpoint did not say whether the token is active.')
    },
  }
}

/** RFC 6749 section 2.3.1 */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
