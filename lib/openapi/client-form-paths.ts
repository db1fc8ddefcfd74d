import type { Settings } from '../options/settings.js'
import { formBody } from './form-body.js'
import { formRefusals, success } from './responses.js'
import { clientSecurity } from './security-schemes.js'

const TOKEN = {
  token: { type: 'string' },
  token_type_hint: { enum: ['access_token', 'refresh_token'] },
}

/** The revocation endpoint and the introspection endpoint, as far as they are on. */
export function clientFormPaths(settings: Settings): Record<string, object> {
  const { revocation, introspection } = settings.paths
  const operation = (summary: string, ok: object, codes: string) => ({
    post: {
      tags: ['OAuth 2.0'],
      summary,
      security: clientSecurity(settings),
      requestBody: formBody(settings, TOKEN, ['token']),
      responses: { '200': ok, ...formRefusals(codes) },
    },
  })
  return {
    ...(revocation === false
      ? {}
      : {
          [revocation]: operation(
            'Ends the grant of a token (RFC 7009)',
            success('The token is not valid, or no longer'),
            '`invalid_request`',
          ),
        }),
    ...(introspection === false
      ? {}
      : {
          [introspection]: operation(
            'Tells what a token is (RFC 7662)',
            success('What the token is, as far as the client may know', 'OAuthIntrospection'),
            '`invalid_request`, or `unauthorized_client` for a public client',
          ),
        }),
  }
}
