import type { GrantTypeDescription } from './grant-type-description.js'

/** The resource owner password credentials grant (RFC 6749 section 4.3). */
export const password = {
  name: 'password',
  registeredAs: 'password',
  parameters: { username: { type: 'string' }, password: { type: 'string', format: 'password' } },
} as const satisfies GrantTypeDescription
