const text = { type: 'string' }
const seconds = { type: 'integer', description: 'In seconds since the epoch.' }

/** The bodies of answers, by the names under which operations refer to them. */
export function schemas(): Record<string, Record<string, unknown>> {
  return {
    OAuthError: {
      type: 'object',
      required: ['error', 'error_description'],
      properties: {
        error: text,
        error_description: { ...text, description: 'For developers; programs go by the code.' },
      },
    },
    OAuthTokens: {
      type: 'object',
      required: ['token_type', 'expires_in', 'access_token', 'scope'],
      properties: {
        token_type: { const: 'Bearer' },
        expires_in: { type: 'integer', description: 'For how many seconds the access token is valid.' },
        access_token: { ...text, description: 'A JWT (RFC 9068).' },
        refresh_token: text,
        scope: { ...text, description: 'What was granted, with spaces between.' },
      },
    },
    OAuthIntrospection: {
      type: 'object',
      required: ['active'],
      properties: {
        active: { type: 'boolean', description: 'false: nothing else is told.' },
        token_type: text,
        iss: text,
        sub: text,
        client_id: text,
        scope: text,
        sid: { ...text, description: 'The id of the grant.' },
        iat: seconds,
        exp: seconds,
      },
    },
    OAuthServerMetadata: {
      type: 'object',
      required: ['issuer', 'token_endpoint', 'response_types_supported'],
      properties: {
        issuer: text,
        token_endpoint: text,
        jwks_uri: text,
        revocation_endpoint: text,
        introspection_endpoint: text,
        response_types_supported: { type: 'array', items: text },
      },
    },
    OAuthKeySet: {
      type: 'object',
      required: ['keys'],
      properties: { keys: { type: 'array', items: { type: 'object', required: ['kty', 'kid', 'alg', 'use'] } } },
    },
  }
}
