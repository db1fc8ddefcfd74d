import type { Request } from 'express'
import type { Client } from '../client.js'
import type { PassportInstance } from './passport-instance.js'
import { applicationStrategy, requestView } from './application-strategy.js'
import { authenticator, type Authenticate } from './authenticator.js'
import { BasicClientStrategy } from './basic-client-strategy.js'
import { basicCredentials } from './basic-credentials.js'
import { bodyClientStrategy } from './body-client-strategy.js'
import type { ClientAuthenticationWay } from './client-authentication-way.js'
import { clientSecretBasic } from './client-secret-basic.js'
import { clientSecretPost, type BodyCredentials } from './client-secret-post.js'
import type { ClientVerdict } from './client-verdict.js'
import type { VerifyClient } from './client-verifier.js'
import { privateKeyJwt, type VerifyAssertion } from './private-key-jwt.js'
import { strategyRunner } from './strategy-runner.js'

/** How clients authenticate. */
export interface ClientAuthentication {
  readonly ways: readonly ClientAuthenticationWay[]
  /** The way for requests that carry no credentials: public clients have none. */
  readonly withoutCredentials: ClientAuthenticationWay
  /**
   * Whether guesses have to be refused before they are checked. Comparing the SHA-256 of a secret of 32 random bytes is cheap,
   * and nobody guesses one. How strong the application's own secrets are, and what comparing them costs, is not known.
   */
  readonly isGuessable: boolean
}

/** Authenticates registered clients with our own strategies. */
export function registeredClientAuthentication(
  verify: VerifyClient,
  verifyAssertion: VerifyAssertion,
): ClientAuthentication {
  const body = strategyRunner(bodyClientStrategy(verify))
  const post = clientSecretPost((_request, { id, secret }) => body({ clientId: id, clientSecret: secret }))
  const basic = clientSecretBasic(strategyRunner(new BasicClientStrategy(verify)))
  return { ways: [basic, post, privateKeyJwt(verifyAssertion)], withoutCredentials: post, isGuessable: false }
}

/**
 * Authenticates clients with strategies of the application. A way of sending credentials that has no strategy is refused.
 * @param clientOf Checks what a strategy calls its user. Throws if that is not a client.
 */
export function applicationClientAuthentication(
  passport: PassportInstance,
  names: { readonly basic?: string; readonly body?: string },
  clientOf: (user: unknown) => Client,
): ClientAuthentication {
  const refuse = () => Promise.resolve(REFUSED)
  const basic = clientSecretBasic(
    names.basic === undefined ? refuse : applicationBasic(passport, names.basic, clientOf),
  )
  const post = clientSecretPost(names.body === undefined ? refuse : applicationBody(passport, names.body, clientOf))
  return { ways: [basic, post, privateKeyJwt(refuse)], withoutCredentials: post, isGuessable: true }
}

/** Only the strategy knows why. */
const REFUSED: ClientVerdict = { reason: 'application' }

function applicationBasic(
  passport: PassportInstance,
  name: string,
  clientOf: (user: unknown) => Client,
): (request: Request) => Promise<ClientVerdict> {
  const authenticate = authenticator(applicationStrategy('clientStrategies.basic', passport, name))
  return async (request) => {
    const credentials = basicCredentials(request.headers.authorization ?? '')
    // passport-http would cut the secret at the colon and compare what is left.
    if (credentials === undefined || credentials.secret.includes(':')) return { reason: 'malformed' }
    if (credentials.secret === '') return { reason: 'no_credentials' }
    const decoded = Buffer.from(`${credentials.id}:${credentials.secret}`).toString('base64')
    const view = requestView(request, {}, { ...request.headers, authorization: `Basic ${decoded}` })
    return verdict(authenticate, view, clientOf)
  }
}

function applicationBody(
  passport: PassportInstance,
  name: string,
  clientOf: (user: unknown) => Client,
): (request: Request, credentials: BodyCredentials) => Promise<ClientVerdict> {
  const authenticate = authenticator(applicationStrategy('clientStrategies.body', passport, name))
  return async (request, { id, secret }) =>
    secret === undefined
      ? { reason: 'no_credentials' }
      : verdict(authenticate, requestView(request, { client_id: id, client_secret: secret }), clientOf)
}

async function verdict(
  authenticate: Authenticate<Request>,
  request: Request,
  clientOf: (user: unknown) => Client,
): Promise<ClientVerdict> {
  const user = await authenticate(request)
  return user === undefined ? REFUSED : { client: clientOf(user) }
}
