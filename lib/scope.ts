/** One scope-token: `1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749 section 3.3). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export function isScopeToken(text: string): boolean {
  return SCOPE_TOKEN.test(text)
}

/** The distinct scope tokens of a space-delimited scope (RFC 6749 section 3.3), in the order given. */
export function scopeTokens(scope: string): readonly string[] {
  if (scope === '') return []
  if (!scope.includes(' ')) return [scope]
  return [...new Set(scope.split(' ').filter((token) => token !== ''))]
}
