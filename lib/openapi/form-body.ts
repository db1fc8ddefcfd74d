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

function clientCredentials({ clientAuthenticationMethods }: Settings): Parameters {
  const hasSecret = clientAuthenticationMethods.includes('client_secret_post')
  return {
    client_id: { type: 'string' },
    ...(hasSecret ? { client_secret: { type: 'string', format: 'password' } } : {}),
  }
}
