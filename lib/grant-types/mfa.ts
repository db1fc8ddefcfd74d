import type { GrantTypeDescription } from './grant-type-description.js'

/**
 * The `grant_type` of the request that answers a second factor: an absolute URI, as RFC 6749 section 4.5 requires of extension
 * grants.
 */
export const MFA_GRANT_TYPE = 'urn:express-oauth-password-grant:mfa'

/** The answer to a second factor. It completes what the password grant began, so a client needs no registration of its own. */
export const mfa = {
  name: MFA_GRANT_TYPE,
  registeredAs: 'password',
  parameters: { mfa_token: { type: 'string' }, otp: { type: 'string', format: 'password' } },
  needs: 'secondFactor',
} as const satisfies GrantTypeDescription
