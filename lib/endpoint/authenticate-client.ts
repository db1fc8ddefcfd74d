import type { Request } from 'express'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { Step } from './endpoint.js'

/**
 * Authenticates the client (RFC 6749 sections 2.3 and 3.2.1): by HTTP Basic or in the body, never both, one guess a
 * request. What the header says counts; `client_id` may stand beside it only if it says the same.
 */
export function authenticateClient(settings: Settings): Step {
  return async function authenticateClient(request) {
    const { http, parameters } = request
    if (ways(http, parameters) > 1) {
      throw new OAuthError('invalid_request', 'The client authenticates in more than one way')
    }
    const authenticated = await authenticate(settings, http, parameters)
    parameters.delete('client_secret')
    if (authenticated === undefined) {
      settings.onEvent({ type: 'client_refused' }, request)
      await settings.limits.clientAddress?.count(request.addressKey)
      throw new OAuthError('invalid_client', 'Client authentication failed')
    }
    const client = settings.clientOf(authenticated)
    if ((parameters.get('client_id') ?? client.id) !== client.id) {
      throw new OAuthError('invalid_request', 'client_id is not that of the client that authenticated')
    }
    request.client = client
  }
}

/** In how many ways the request says who its client is. */
function ways(http: Request, parameters: ReadonlyMap<string, string>): number {
  return (
    authorizationHeaders(http) + Number(parameters.has('client_secret')) + Number(parameters.has('client_assertion'))
  )
}

/** `headers` has the first of them only. */
function authorizationHeaders({ headers, rawHeaders }: Request): number {
  if (headers.authorization === undefined) return 0
  const { length } = 'authorization'
  return rawHeaders.filter(
    (text, index) => text.length === length && index % 2 === 0 && text.toLowerCase() === 'authorization',
  ).length
}

function authenticate({ clientAuthentication }: Settings, http: Request, parameters: ReadonlyMap<string, string>) {
  if (http.headers.authorization !== undefined) return clientAuthentication.basic(http)
  const id = parameters.get('client_id')
  if (id === undefined) return undefined
  return clientAuthentication.body(http, { id, secret: parameters.get('client_secret') })
}
