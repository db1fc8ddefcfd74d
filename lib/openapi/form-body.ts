import type { Settings } from '../options/settings.js'

export type Parameters = Readonly<Record<string, object>>

/** A form as the body of a request, with the credentials of a client where they may stand there. */
export function formBody(settings: Settings, parameters: Parameters, required: readonly string[]): object {
  const properties = { ...parameters, ...clientCredentials(settings) }
  return {
    required: true,
    content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', required, properties } } },
  }
}

function clientCredentials({ clientAuthentication, clientAuthenticationMethods }: Settings): Parameters {
  const ways = clientAuthentication.ways.filter(({ method }) => clientAuthenticationMethods.includes(method))
  return Object.fromEntries([
    ['client_id', { type: 'string' }],
    ...ways.flatMap(({ parameters }) => Object.entries(parameters)),
  ])
}
