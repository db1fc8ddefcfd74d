/** The path of a server's metadata, before the path of the issuer (RFC 8414 section 3). */
export const WELL_KNOWN_METADATA = '/.well-known/oauth-authorization-server'
