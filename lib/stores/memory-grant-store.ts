import type { Grant } from '../grant.js'
import type {
  Creation,
  CreationResult,
  GrantStore,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../grant-store.js'
import { quoted } from '../values/shown.js'
import { GrantTable } from './grant-table.js'
import { newestFirst } from './newest-first.js'
import { RevokedSubjects } from './revoked-subjects.js'
import { SlotIndex } from './slot-index.js'
import { SpentIds } from './spent-ids.js'

export interface MemoryGrantStoreOptions {
  /**
   * How many grants are kept, up to 16,000,000. In a store that is full, a login ends the oldest grant of its own subject; only
   * a subject without any ends the oldest of all. Default: 1,000,000.
   */
  maxGrants?: number | undefined
}

/** What a `Map` can hold, rounded down. */
const MOST_GRANTS = 16_000_000

/** Two looks for each grant made: so never many more expired grants are kept than living ones. */
const LOOKS = 2

/** How far a full store looks for the oldest grant of a subject. */
const MOST_SIBLINGS = 1000

/**
 * Keeps grants in the memory of one process, about 300 bytes each however often they are refreshed; they end with the
 * process. Expired ones go by and by as new ones come; their memory is used again, not given back.
 */
export class MemoryGrantStore implements GrantStore {
  readonly #maxGrants: number
  readonly #table = new GrantTable()
  readonly #index = new SlotIndex()
  readonly #spent = new SpentIds()
  readonly #revoked = new RevokedSubjects()
  #looked = 0

  /** @throws TypeError if `maxGrants` is not a whole number from 1 to 16,000,000. */
  constructor({ maxGrants = 1_000_000 }: MemoryGrantStoreOptions = {}) {
    if (!Number.isSafeInteger(maxGrants) || maxGrants < 1 || maxGrants > MOST_GRANTS) {
      throw new TypeError(`maxGrants must be a whole number from 1 to ${MOST_GRANTS}; it is ${quoted(maxGrants)}.`)
    }
    this.#maxGrants = maxGrants
  }

  create({ grant, age, maxPerSubject = Infinity }: Creation): CreationResult {
    const now = Date.now()
    if (this.#revoked.refuses(grant.subject, now - age)) return { outcome: 'refused' }
    this.#sweep(now)
    const namesake = this.#index.slot(grant.id)
    if (namesake !== undefined) this.#remove(namesake)
    const displaced = this.#displaced(grant.subject, maxPerSubject, now)
    if (this.#index.size >= this.#maxGrants) displaced.push(...this.#takeOut(this.#oldest(grant.subject), now))
    const slot = this.#table.add(grant)
    this.#index.add(slot, grant.id, this.#table.subject(slot))
    return { outcome: 'created', displaced }
  }

  rotate({ id, clientId, generation, retryWindow, idleLifetime }: Rotation): RotationResult {
    const now = Date.now()
    const slot = this.#index.slot(id)
    const grant = this.find(id)
    if (slot === undefined || grant?.clientId !== clientId) return { outcome: 'absent' }
    if (generation >= grant.generation) {
      const expiresAt = Math.min(now + idleLifetime, grant.endsAt)
      const rotated = { generation: generation + 1, rotatedAt: now, expiresAt }
      this.#table.rotate(slot, rotated)
      return { outcome: 'rotated', grant: { ...grant, ...rotated } }
    }
    if (generation === grant.generation - 1 && retryWindow > 0 && now - grant.rotatedAt <= retryWindow) {
      return { outcome: 'retried', grant }
    }
    this.#remove(slot)
    return { outcome: 'reused', grant }
  }

  find(id: string): Grant | undefined {
    const slot = this.#index.slot(id)
    return slot === undefined ? undefined : this.#living(slot, Date.now())
  }

  list(subject: string, limit: number): Grant[] {
    return this.#all(subject).sort(newestFirst).slice(0, limit)
  }

  revoke(id: string): Grant | undefined {
    const slot = this.#index.slot(id)
    const grant = this.find(id)
    if (slot !== undefined && grant !== undefined) this.#remove(slot)
    return grant
  }

  revokeAll(subject: string, { except, loginLifetime }: RevocationOfAll): number {
    this.#revoked.add(subject, loginLifetime, Date.now())
    const ended = this.#all(subject).filter(({ id }) => id !== except)
    for (const { id } of ended) this.revoke(id)
    return ended.length
  }

  spend({ id, lifetime, login }: Spending): SpendingResult {
    if (login !== undefined && this.#revoked.refuses(login.subject, login.beganAt)) return 'refused'
    const now = Date.now()
    return this.#spent.add(id, now + lifetime, now) ? 'first' : 'again'
  }

  /** The clock of the process. */
  now(_subject: string): number {
    return Date.now()
  }

  prune(): number {
    const now = Date.now()
    const before = this.#index.size
    for (let slot = 0; slot < this.#table.slots; slot++) this.#removeExpired(slot, now)
    return before - this.#index.size + this.#spent.prune(now) + this.#revoked.prune(now)
  }

  /** Ends the oldest grants of a subject that has `most` or more. */
  #displaced(subject: string, most: number, now: number): Grant[] {
    if (most === Infinity) return []
    let count = 0
    for (const slot of this.#index.slotsOf(subject)) if (this.#table.expiresAt(slot) > now) count++
    if (count < most) return []
    const displaced = this.#all(subject)
      .sort(newestFirst)
      .slice(most - 1)
    for (const { id } of displaced) this.revoke(id)
    return displaced
  }

  /** Of the subject, if it has a grant: nobody ends more than one grant of others. */
  #oldest(subject: string): number | undefined {
    let oldest: number | undefined
    let looks = 0
    for (const slot of this.#index.slotsOf(subject)) {
      oldest = slot
      if (++looks === MOST_SIBLINGS) break
    }
    return oldest ?? this.#index.oldest
  }

  /** Removes a grant. Returns it if it was living. */
  #takeOut(slot: number | undefined, now: number): Grant[] {
    if (slot === undefined) return []
    const grant = this.#living(slot, now)
    this.#remove(slot)
    return grant === undefined ? [] : [grant]
  }

  #all(subject: string): Grant[] {
    const now = Date.now()
    const grants = Array.from(this.#index.slotsOf(subject), (slot) => this.#living(slot, now))
    return grants.filter((grant) => grant !== undefined)
  }

  #living(slot: number, now: number): Grant | undefined {
    return this.#table.expiresAt(slot) > now ? this.#table.grant(slot) : undefined
  }

  #sweep(now: number): void {
    for (let look = 0; look < LOOKS && this.#table.slots > 0; look++) {
      this.#looked = (this.#looked + 1) % this.#table.slots
      this.#removeExpired(this.#looked, now)
    }
  }

  #removeExpired(slot: number, now: number): void {
    if (this.#table.expiresAt(slot) <= now) this.#remove(slot)
  }

  #remove(slot: number): void {
    const grant = this.#table.grant(slot)
    if (grant === undefined) return
    this.#index.remove(slot, grant.id, grant.subject)
    this.#table.remove(slot)
  }
}
