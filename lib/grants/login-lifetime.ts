import type { Settings } from '../options/settings.js'

const HOUR = 3_600_000

/**
 * How long a login may be under way, in milliseconds: from the password to the grant. An hour is more than any wait for a
 * password check, which ends with its timeout, or with the client's patience if there is none; and after the password an mfa_token
 * may be answered until it expires.
 */
export function loginLifetime({ secondFactor }: Pick<Settings, 'secondFactor'>): number {
  return HOUR + (secondFactor?.lifetime ?? 0)
}
