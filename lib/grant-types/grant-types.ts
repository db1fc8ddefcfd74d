import { mfa } from './mfa.js'
import { password } from './password.js'
import { refreshToken } from './refresh-token.js'

/** Every grant type of the token endpoint, whose steps `token-endpoint.ts` lists. */
export const grantTypes = [password, refreshToken, mfa] as const

/** One of them. */
export type KnownGrantType = (typeof grantTypes)[number]

/** The grant types for which a client can be registered (RFC 7591 section 2). */
export type GrantType = KnownGrantType['registeredAs']

/** The values of `grant_type` that the token endpoint may accept. */
export type OfferedGrantType = KnownGrantType['name']

/** The grant types of a client whose registration names none. A grant type that is added later is not among them by itself. */
export const defaultGrantTypes: readonly GrantType[] = ['password', 'refresh_token']
