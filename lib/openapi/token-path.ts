import type { Settings } from '../options/settings.js'
import { formBody, type Parameters } from './form-body.js'
import { applicationRefusal, formRefusals, success } from './responses.js'
import { clientSecurity } from './security-schemes.js'

const SCOPE = { scope: { type: 'string', description: 'What is asked for, with spaces between.' } }

/** The token endpoint. One flat form for every grant, which is what interfaces can show. */
export function tokenPath(settings: Settings): Record<string, object> {
  const { paths, grantTypes } = settings
  const ofGrantTypes = grantTypes.flatMap(({ parameters }) => Object.entries(parameters))
  const parameters: Parameters = {
    grant_type: { enum: grantTypes.map(({ name }) => name) },
    ...Object.fromEntries<object>(ofGrantTypes),
    ...SCOPE,
  }
  return {
    [paths.token]: {
      post: {
        tags: ['OAuth 2.0'],
        summary: 'Issues an access token (RFC 6749 section 3.2)',
        security: clientSecurity(settings),
        requestBody: formBody(settings, parameters, ['grant_type']),
        responses: {
          '200': success('The tokens', 'OAuthTokens'),
          ...formRefusals(
            '`invalid_request`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type` or `invalid_scope`',
          ),
          ...applicationRefusal(),
        },
      },
    },
  }
}
