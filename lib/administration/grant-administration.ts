import { setTimeout as sleep } from 'node:timers/promises'
import type { Grant } from '../grant.js'
import type { PruneOptions } from '../grant-store.js'
import type { Settings } from '../options/settings.js'
import { CLOCK_MARGIN } from '../stores/clock-margin.js'
import { quoted } from '../values/shown.js'
import { loginLifetime } from '../grants/login-lifetime.js'
import { revokeGrant } from '../grants/revoke-grant.js'

/** How many grants are listed. */
export interface ListOptions {
  /** From 1 to 1000. Default: 100. */
  readonly limit?: number | undefined
}

/** Which grants of a subject live on. */
export interface RevokeAllOptions {
  /** The id of the one grant that is kept. */
  readonly except?: string | undefined
}

/** The sessions of users, for pages such as "your sessions" and for acts such as "password changed". */
export interface GrantAdministration {
  /** The living grants of a subject, the newest first, up to a limit. */
  list(subject: string, options?: ListOptions): Promise<Grant[]>
  /** Ends one grant. Resolves to whether it was living. */
  revoke(id: string): Promise<boolean>
  /**
   * Ends all grants of a subject, or all but one, and every login that is still under way: one whose password was presented
   * before this call is refused, in whatever process it waits, as is an mfa_token that such a password earned. Call it after the
   * new password is stored. Resolves to how many grants it ended; logins that begin afterwards succeed.
   */
  revokeAll(subject: string, options?: RevokeAllOptions): Promise<number>
  /**
   * Removes what has expired, for stores that do not do so by themselves. It works step by step, so that requests and other
   * processes get their turn, and is not subject to `storeTimeout`. Resolves to how many rows went.
   */
  prune(options?: PruneOptions): Promise<number>
}

const DEFAULT_LIMIT = 100
const MOST_LISTED = 1000

/** After this time no login that begins is taken for one that began before. Milliseconds. */
const ONE_MOMENT = 2 * CLOCK_MARGIN

/** Each rejects with a GrantStoreError if the store fails or is late, and with an Error if no grants are kept. */
export function grantAdministration(settings: Settings): GrantAdministration {
  const store = () => {
    if (settings.grants === undefined)
      throw new Error('There are no grants, because the option refreshTokens is false.')
    return settings.grants.store
  }
  return {
    async list(subject, { limit = DEFAULT_LIMIT } = {}) {
      if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST_LISTED) {
        throw new TypeError(`limit must be a whole number from 1 to ${MOST_LISTED}; it is ${quoted(limit)}.`)
      }
      return store().list(subject, limit)
    },
    async revoke(id) {
      store()
      return (await revokeGrant(settings, id)) !== undefined
    },
    async revokeAll(subject, { except } = {}) {
      const count = await store().revokeAll(subject, { except, loginLifetime: loginLifetime(settings) })
      await sleep(ONE_MOMENT)
      if (count > 0) settings.onEvent({ type: 'grants_revoked', subject, count })
      return count
    },
    async prune(options) {
      return store().prune(options)
    },
  }
}
