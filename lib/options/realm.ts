import { wrongValue } from './option-kinds.js'

/** What a quoted string of a header may contain without escapes. */
export function realmOption(realm: unknown): string {
  if (typeof realm === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/.test(realm)) return realm
  throw wrongValue('realm', realm, 'give a string of visible ASCII characters without quotes and backslashes')
}
