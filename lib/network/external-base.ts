/**
 * The URL that clients know of what is mounted at a path of the application (`''`: its root), without a slash at its end. The
 * path is appended to the issuer, unless the issuer ends in it already: what a proxy takes away stands in the issuer alone.
 */
export function externalBase(issuer: string, mountPath: string): string {
  const path = issuerPath(issuer)
  // Express takes paths in any case.
  const isInIssuer = path.toLowerCase().endsWith(mountPath.toLowerCase())
  return `${new URL(issuer).origin}${path}${isInIssuer ? '' : mountPath}`
}

/** The path of an issuer, without a slash at its end: `''` where there is none. */
export function issuerPath(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '')
}
