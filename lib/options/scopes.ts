import { isScopeToken } from '../scope.js'
import { quoted } from '../values/shown.js'
import { closestName } from '../values/suggestion.js'
import { wrongValue } from './option-kinds.js'

/** An array of scope tokens (RFC 6749 section 3.3), each text to itself. */
export function scopesOption(option: string, value: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(value))
    throw wrongValue(option, value, `give an array such as ['contacts.read', 'contacts.write']`)
  const scopes = new Map<string, string>()
  value.forEach((scope: unknown, index) => {
    if (typeof scope !== 'string' || !isScopeToken(scope)) {
      throw wrongValue(
        `${option}[${index}]`,
        scope,
        'give visible ASCII characters without spaces, quotes and backslashes',
      )
    }
    scopes.set(scope, scope)
  })
  return scopes
}

/** Some of the scopes that exist. @throws TypeError if it names one that does not. */
export function someScopes(
  option: string,
  value: unknown,
  all: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const scopes = scopesOption(option, value)
  for (const scope of scopes.keys()) {
    if (!all.has(scope)) {
      const closest = closestName(scope, [...all.keys()])
      const remedy = closest === undefined ? 'add it there.' : `did you mean ${quoted(closest)}?`
      throw new TypeError(`${option} names ${quoted(scope)}, which is not among scopes: ${remedy}`)
    }
  }
  return scopes
}
