import { knownMembers, wrong } from '../options/option-kinds.js'

/** Every scope with what is said of it. @throws TypeError where something is said of one that there is not. */
export function scopeDescriptionsOption(
  option: string,
  value: unknown,
  scopes: ReadonlyMap<string, string>,
): Record<string, string> {
  const descriptions: Record<string, string> = Object.fromEntries([...scopes.keys()].map((scope) => [scope, '']))
  if (value === undefined) return descriptions
  const known = Object.fromEntries([...scopes.keys()].map((scope) => [scope, true as const]))
  for (const [scope, description] of Object.entries(knownMembers(option, value, known))) {
    if (typeof description !== 'string') throw wrong(`${option}.${scope}`, description, 'give a string')
    descriptions[scope] = description
  }
  return descriptions
}
