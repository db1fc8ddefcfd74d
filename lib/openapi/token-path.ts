import type { OfferedGrantType } from '../client.js'
import { MFA_GRANT_TYPE } from '../mfa-grant-type.js'
import type { Settings } from '../options/settings.js'
import { formBody, type Parameters } from './form-body.js'
import { applicationRefusal, formRefusals, success } from './responses.js'
import { clientSecurity } from './security-schemes.js'

/** The parameters of each grant. */
const PARAMETERS: Readonly<Record<OfferedGrantType, Parameters>> = {
  password: { username: { type: 'string' }, password: { type: 'string', format: 'password' } },
  refresh_token: { refresh_token: { type: 'string' } },
  [MFA_GRANT_TYPE]: { mfa_token: { type: 'string' }, otp: { type: 'string', format: 'password' } },
}

const SCOPE = { scope: { type: 'string', description: 'What is asked for, with spaces between.' } }

/** The token endpoint. One flat form for every grant, which is what interfaces can show. */
export function tokenPath(settings: Settings): Record<string, object> {
  const { paths, grantTypes } = settings
  const parameters = Object.assign(
    { grant_type: { enum: grantTypes } },
    ...grantTypes.map((grantType) => PARAMETERS[grantType]),
    SCOPE,
  ) as Parameters // Object.assign answers `any` for a list
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
