import { isScopeToken } from '../scope.js'
import { wrong } from './option-kinds.js'

/** A list of scope tokens (RFC 6749 section 3.3), each text to itself. */
export function scopesOption(option: string, value: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(value)) throw wrong(option, value, `give a list such as ['contacts.read', 'contacts.write']`)
  const scopes = new Map<string, string>()
  value.forEach((scope: unknown, index) => {
    if (typeof scope !== 'string' || !isScopeToken(scope)) {
      throw wrong(
        `${option}[${index}]`,
        scope,
        'a scope has visible ASCII characters without space, quote and backslash',
      )
    }
    scopes.set(scope, scope)
  })
  return scopes
}

/** Part of the scopes that there are. @throws TypeError where it names one that there is not. */
export function someScopes(
  option: string,
  value: unknown,
  all: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const scopes = scopesOption(option, value)
  for (const scope of scopes.keys()) {
    if (!all.has(scope))
      throw new TypeError(`${option} names ${JSON.stringify(scope)}, which is not among scopes: add it there.`)
  }
  return scopes
}
