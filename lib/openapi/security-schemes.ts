import type { Settings } from '../options/settings.js'

/** The password flow (OpenAPI 3.1 section 4.8.29), and HTTP Basic for clients where there is such. */
export function securitySchemes(
  { paths, grantTypes, clientAuthenticationMethods }: Settings,
  base: string,
  scopes: Readonly<Record<string, string>>,
): Record<string, Record<string, unknown>> {
  const tokenUrl = base + paths.token
  const refreshUrl = grantTypes.some(({ name }) => name === 'refresh_token') ? { refreshUrl: tokenUrl } : {}
  return {
    oauth2: {
      type: 'oauth2',
      description: 'An access token for a user name and a password (RFC 6749 section 4.3).',
      flows: { password: { tokenUrl, ...refreshUrl, scopes } },
    },
    ...(clientAuthenticationMethods.includes('client_secret_basic')
      ? { oauth2Client: { type: 'http', scheme: 'basic', description: 'The id and the secret of a client.' } }
      : {}),
  }
}

/** How a client authenticates, as the `security` of an operation: by HTTP Basic, or, where that is one of the methods, in the form. */
export function clientSecurity({ clientAuthenticationMethods }: Settings): readonly object[] {
  const inHeader = clientAuthenticationMethods.includes('client_secret_basic')
  const inForm = clientAuthenticationMethods.some((method) => method !== 'client_secret_basic')
  return [...(inHeader ? [{ oauth2Client: [] }] : []), ...(inForm ? [{}] : [])]
}
