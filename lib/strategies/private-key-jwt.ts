import type { ClientAuthenticationWay } from './client-authentication-way.js'
import type { ClientVerdict } from './client-verdict.js'
import { isRefused } from './client-verifier.js'
import { report, type Strategy } from './strategy.js'
import { strategyRunner } from './strategy-runner.js'

/** The only type of assertion that is accepted (RFC 7523 section 2.2). */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Verifies a client assertion, and spends it. */
export type VerifyAssertion = (assertion: string) => Promise<ClientVerdict>

/** What the strategy reads of a request. */
interface AssertionRequest {
  readonly assertion: string
  readonly type: string | undefined
}

/** A client that signs an assertion with its private key (RFC 7523 section 2.2). */
export function privateKeyJwt(verify: VerifyAssertion): ClientAuthenticationWay {
  const authenticate = strategyRunner(privateKeyJwtStrategy(verify))
  return {
    method: 'private_key_jwt',
    parameters: { client_assertion: { type: 'string' }, client_assertion_type: { enum: [JWT_BEARER] } },
    isFor: ({ keys }) => keys.length > 0,
    presented: ({ parameters }) => Number(parameters.has('client_assertion')),
    authenticate: ({ parameters }) =>
      authenticate({
        assertion: parameters.get('client_assertion') ?? '',
        type: parameters.get('client_assertion_type'),
      }),
  }
}

function privateKeyJwtStrategy(verify: VerifyAssertion): Strategy<AssertionRequest, ClientVerdict> {
  return {
    authenticate({ assertion, type }) {
      if (type === JWT_BEARER) report(this, verify(assertion), isRefused)
      else this.fail({ reason: 'malformed_assertion' })
    },
  }
}
