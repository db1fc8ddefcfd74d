import type { Request } from 'express'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { ClientVerdict } from '../strategies/client-verdict.js'
import { countedGuess } from './counted-guess.js'
import type { Step } from './endpoint.js'
import { withinLimit } from './within-limit.js'

/**
 * Authenticates the client (RFC 6749 sections 2.3 and 3.2.1): by HTTP Basic or in the body, never both, with one guess a
 * request. The header decides; `client_id` may accompany it only if it names the same client.
 *
 * Only failures count. Once an address has reached the limit, only failures of registered clients are refused: nobody can lock
 * out a client that authenticates correctly from the same address. Strategies of the application are not asked any more, because
 * their secrets may be weak.
 */
export function authenticateClient(settings: Settings): Step {
  const { onEvent, clientAuthentication } = settings
  const { isGuessable } = clientAuthentication
  const { clientAddress } = settings.limits
  return async function authenticateClient(request) {
    const { http, parameters } = request
    if (ways(http, parameters) > 1) {
      onEvent({ type: 'client_refused', reason: 'several_ways', clientId: undefined }, request)
      throw new OAuthError('invalid_request', 'The client authenticates in more than one way')
    }
    const isGuess = isGuessable && hasCredentials(http, parameters)
    const ask = () => authenticate(settings, http, parameters)
    const verdict = await (isGuess ? countedGuess(settings, request, ask) : ask())
    parameters.delete('client_secret')
    const { client } = verdict
    if (client === undefined) {
      const { reason, clientId } = verdict
      onEvent({ type: 'client_refused', reason, clientId }, request)
      if (!isGuessable) {
        await withinLimit(settings, request, 'clientAddress', clientAddress?.reserve(request.addressKey))
      }
      throw new OAuthError('invalid_client', 'Client authentication failed')
    }
    if ((parameters.get('client_id') ?? client.id) !== client.id) {
      onEvent({ type: 'client_refused', reason: 'other_id', clientId: client.id }, request)
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

/** Node's `headers` has only the first of them. */
function authorizationHeaders({ headers, rawHeaders }: Request): number {
  if (headers.authorization === undefined) return 0
  const { length } = 'authorization'
  return rawHeaders.filter(
    (text, index) => text.length === length && index % 2 === 0 && text.toLowerCase() === 'authorization',
  ).length
}

/** Whether there is anything that a strategy would check. */
function hasCredentials({ headers }: Request, parameters: ReadonlyMap<string, string>): boolean {
  return headers.authorization !== undefined || parameters.has('client_secret')
}

const NO_CREDENTIALS: ClientVerdict = { reason: 'no_credentials' }

function authenticate(
  { clientAuthentication }: Settings,
  http: Request,
  parameters: ReadonlyMap<string, string>,
): ClientVerdict | Promise<ClientVerdict> {
  if (http.headers.authorization !== undefined) return clientAuthentication.basic(http)
  const id = parameters.get('client_id')
  if (id === undefined) return NO_CREDENTIALS
  return clientAuthentication.body(http, { id, secret: parameters.get('client_secret') })
}
