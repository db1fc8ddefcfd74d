import type { Grant } from '../grant.js'

/** What many grants have in common. */
export type Profile = Pick<Grant, 'clientId' | 'scope' | 'userAgent'>

const MOST_PROFILES = 1000

/** Keeps one copy of what many grants have in common, the profiles of late that is, so that it stays small itself. */
export class ProfilePool {
  readonly #profiles = new Map<string, Profile>()
  #last: Profile | undefined

  /** The copy that equal profiles share. */
  shared({ clientId, scope, userAgent }: Profile): Profile {
    const last = this.#last
    if (last?.clientId === clientId && last.scope === scope && last.userAgent === userAgent) return last
    const text = JSON.stringify(userAgent === undefined ? { clientId, scope } : { clientId, scope, userAgent })
    const known = this.#profiles.get(text)
    if (known !== undefined) return (this.#last = known)
    if (this.#profiles.size === MOST_PROFILES) this.#profiles.clear()
    const profile = JSON.parse(text) as Profile // the boundary: `text` was one
    this.#profiles.set(text, profile)
    return (this.#last = profile)
  }
}
