import { wrong } from './option-kinds.js'

/** What a quoted string of a header may hold without escapes. */
export function realmOption(realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return realm
  throw wrong('realm', realm, 'give a text of visible ASCII characters without quote and backslash')
}
