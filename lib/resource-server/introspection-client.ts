import { isPlainObject } from '../options/option-kinds.js'
import type { IntrospectionCredentials } from './introspection-credentials.js'
import { IssuerError } from './issuer-error.js'
import { issuerJson } from './issuer-json.js'
import { secureUrlOption } from './secure-url.js'
import { withRequestTimeout } from './request-timeout.js'

export interface IntrospectionClient {
  /**
   * Whether the issuer says that an access token is active, now: nothing is remembered, so that a revoked grant ends at once.
   * Rejects with an {@link IssuerError} where it does not say.
   */
  isActive(accessToken: string): Promise<boolean>
}

export interface IntrospectionClientOptions {
  readonly endpoint: string | URL
  /** Called for each request. */
  readonly credentials: () => IntrospectionCredentials
  /** How long the answer may take, in milliseconds. Default: 5 s. */
  readonly timeout?: number
}

const MAX_ANSWER_BYTES = 64 * 1024

/** Asks an introspection endpoint (RFC 7662). @throws TypeError if the endpoint is not a URL that is safe to ask */
export function introspectionClient(options: IntrospectionClientOptions): IntrospectionClient {
  const { timeout = 5000, credentials } = options
  const endpoint = secureUrlOption('endpoint', options.endpoint)

  return {
    async isActive(accessToken) {
      const { authorization, parameters } = credentials()
      const form = new URLSearchParams({ token: accessToken, token_type_hint: 'access_token', ...parameters })
      const header = authorization === undefined ? {} : { authorization }
      const answer = await withRequestTimeout(timeout, (signal) =>
        issuerJson(endpoint, { signal, maxBytes: MAX_ANSWER_BYTES, ...header, form }),
      )
      if (isPlainObject(answer) && typeof answer['active'] === 'boolean') return answer['active']
      throw new IssuerError('ISSUER_FAILED', 'The introspection endpoint did not say whether the token is active.')
    },
  }
}
