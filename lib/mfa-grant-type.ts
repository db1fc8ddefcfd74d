/**
 * `grant_type` of the request that answers a second factor: an absolute URI, as an extension grant's must be (RFC 6749
 * section 4.5).
 */
export const MFA_GRANT_TYPE = 'urn:express-oauth-password-grant:mfa'
