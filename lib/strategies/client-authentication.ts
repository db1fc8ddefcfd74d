import type { Request } from 'express'
import type { PassportInstance } from '../passport-instance.js'
import { applicationStrategy, requestView } from './application-strategy.js'
import { authenticator } from './authenticator.js'
import { BasicClientStrategy } from './basic-client-strategy.js'
import { basicCredentials } from './basic-credentials.js'
import { bodyClientStrategy } from './body-client-strategy.js'
import type { VerifyClient } from './client-verifier.js'
import { strategyRunner } from './strategy-runner.js'

/** The credentials that a client sent in the body. */
export interface BodyCredentials {
  readonly id: string
  readonly secret: string | undefined
}

/** How clients authenticate: each way answers the client, or `undefined` where it refuses. */
export interface ClientAuthentication {
  readonly basic: (request: Request) => Promise<unknown>
  readonly body: (request: Request, credentials: BodyCredentials) => Promise<unknown>
}

/** By our own strategies, over the registered clients. */
export function registeredClientAuthentication(verify: VerifyClient): ClientAuthentication {
  const basic = strategyRunner(new BasicClientStrategy(verify))
  const body = strategyRunner(bodyClientStrategy(verify))
  return {
    basic,
    body: (_request, { id, secret }) => body({ clientId: id, clientSecret: secret }),
  }
}

/** By strategies of the application. A way without a strategy refuses. */
export function applicationClientAuthentication(
  passport: PassportInstance,
  names: { readonly basic?: string; readonly body?: string },
): ClientAuthentication {
  const refuse = () => Promise.resolve(undefined)
  return {
    basic: names.basic === undefined ? refuse : applicationBasic(passport, names.basic),
    body: names.body === undefined ? refuse : applicationBody(passport, names.body),
  }
}

function applicationBasic(passport: PassportInstance, name: string): ClientAuthentication['basic'] {
  const authenticate = authenticator(applicationStrategy('clientStrategies.basic', passport, name))
  return async (request) => {
    const credentials = basicCredentials(request.headers.authorization ?? '')
    // passport-http would cut the secret at the colon and compare what is left.
    if (credentials === undefined || credentials.secret === '' || credentials.secret.includes(':')) return undefined
    const decoded = Buffer.from(`${credentials.id}:${credentials.secret}`).toString('base64')
    return authenticate(requestView(request, {}, { ...request.headers, authorization: `Basic ${decoded}` }))
  }
}

function applicationBody(passport: PassportInstance, name: string): ClientAuthentication['body'] {
  const authenticate = authenticator(applicationStrategy('clientStrategies.body', passport, name))
  return async (request, { id, secret }) =>
    secret === undefined ? undefined : authenticate(requestView(request, { client_id: id, client_secret: secret }))
}
