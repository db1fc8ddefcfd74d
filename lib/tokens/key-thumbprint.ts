import { createHash, type JsonWebKey } from 'node:crypto'

/** The members that make up a thumbprint, in lexicographic order (RFC 7638 section 3.2; RFC 7518 section 6.4 for `oct`). */
const REQUIRED_MEMBERS: Readonly<Record<string, readonly (keyof JsonWebKey)[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

/** The SHA-256 JWK thumbprint (RFC 7638), base64url. Private members do not count. */
export function keyThumbprint(jwk: JsonWebKey): string {
  const members = REQUIRED_MEMBERS[jwk.kty ?? ''] ?? []
  const canonical = JSON.stringify(Object.fromEntries(members.map((member) => [member, jwk[member]])))
  return createHash('sha256').update(canonical).digest('base64url')
}
