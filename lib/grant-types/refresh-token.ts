import type { GrantTypeDescription } from './grant-type-description.js'

/** Refreshing an access token (RFC 6749 section 6). */
export const refreshToken = {
  name: 'refresh_token',
  registeredAs: 'refresh_token',
  parameters: { refresh_token: { type: 'string' } },
  needs: 'grants',
} as const satisfies GrantTypeDescription
