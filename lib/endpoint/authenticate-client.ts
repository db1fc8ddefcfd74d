import { withinLimit } from '../limits/within-limit.js'
import { OAuthError } from '../oauth-error.js'
import type { Settings } from '../options/settings.js'
import type { ClientAuthentication } from '../strategies/client-authentication.js'
import type { ClientAuthenticationWay, ClientRequest } from '../strategies/client-authentication-way.js'
import { countedGuess } from './counted-guess.js'
import type { Step } from './endpoint.js'

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
  const { isGuessable, ways } = clientAuthentication
  const credentials = ways.flatMap(({ parameters }) => Object.keys(parameters))
  const { clientAddress } = settings.limits
  return async function authenticateClient(request) {
    const { http, parameters } = request
    const { way, times } = presented(clientAuthentication, { http, parameters })
    if (times > 1) {
      onEvent({ type: 'client_refused', reason: 'several_ways', clientId: undefined }, request)
      throw new OAuthError('invalid_request', 'The client authenticates in more than one way')
    }
    const ask = () => way.authenticate({ http, parameters })
    const verdict = await (isGuessable && times > 0 ? countedGuess(settings, request, ask) : ask())
    for (const name of credentials) parameters.delete(name)
    const { client } = verdict
    if (client === undefined) {
      const { reason, clientId } = verdict
      onEvent({ type: 'client_refused', reason, clientId }, request)
      if (!isGuessable) {
        const limited = { limit: 'clientAddress', clientId: undefined, userKey: undefined } as const
        await withinLimit(clientAddress?.reserve(request.addressKey), limited, onEvent, request)
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

/** The way in which a request authenticates its client, and how many times it carries credentials in any way. */
function presented(
  { ways, withoutCredentials }: ClientAuthentication,
  request: ClientRequest,
): { readonly way: ClientAuthenticationWay; readonly times: number } {
  let way = withoutCredentials
  let times = 0
  for (const one of ways) {
    const timesHere = one.presented(request)
    if (timesHere > 0) way = one
    times += timesHere
  }
  return { way, times }
}
