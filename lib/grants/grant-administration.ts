import type { Grant } from '../grant.js'
import type { RevokeAllOptions } from '../grant-store.js'
import type { Settings } from '../options/settings.js'
import { revokeGrant } from './revoke-grant.js'

/** The sessions of users, for pages such as "your sessions" and for acts such as "password changed". */
export interface GrantAdministration {
  /** The living grants of a subject, the newest first. */
  list(subject: string): Promise<Grant[]>
  /** Ends one grant. Resolves to whether it was living. */
  revoke(id: string): Promise<boolean>
  /** Ends all grants of a subject, or all but one. Resolves to how many it ended. */
  revokeAll(subject: string, options?: RevokeAllOptions): Promise<number>
  /** Removes what has expired, for stores that do not do so by themselves. Resolves to how many went. */
  prune(): Promise<number>
}

/** Each rejects with a GrantStoreError where the store fails or is late, and with an Error where no grants are kept. */
export function grantAdministration(settings: Settings): GrantAdministration {
  const store = () => {
    if (settings.grants === undefined) throw new Error('No grants are kept: refreshTokens is false.')
    return settings.grants.store
  }
  return {
    async list(subject) {
      return store().list(subject, Date.now())
    },
    async revoke(id) {
      store()
      return (await revokeGrant(settings, id, Date.now())) !== undefined
    },
    async revokeAll(subject, options) {
      const count = await store().revokeAll(subject, Date.now(), options)
      if (count > 0) settings.onEvent({ type: 'grants_revoked', subject, count })
      return count
    },
    async prune() {
      return store().prune(Date.now())
    },
  }
}
