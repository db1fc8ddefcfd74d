import type { Grant } from '../grant.js'
import type { GrantStore, RevokeAllOptions, Rotation, RotationResult } from '../grant-store.js'
import { GrantTable } from './grant-table.js'
import { newestFirst } from './newest-first.js'
import { SlotIndex } from './slot-index.js'
import { SpentIds } from './spent-ids.js'

export interface MemoryGrantStoreOptions {
  /** How many grants are kept; beyond that, the oldest one goes. Up to 16,000,000. Default: 1,000,000. */
  maxGrants?: number
}

/** What a `Map` can hold, rounded down. */
const MOST_GRANTS = 16_000_000

/** Two looks for each grant made: so never many more expired grants are kept than living ones. */
const LOOKS = 2

/**
 * Keeps grants in the memory of one process, about 300 bytes each however often they are refreshed; they end with the
 * process. Expired ones go by and by as new ones come; their memory is used again, not given back.
 */
export class MemoryGrantStore implements GrantStore {
  readonly #maxGrants: number
  readonly #table = new GrantTable()
  readonly #index = new SlotIndex()
  readonly #spent = new SpentIds()
  #looked = 0

  /** @throws TypeError where `maxGrants` is no whole number from 1 to 16,000,000. */
  constructor({ maxGrants = 1_000_000 }: MemoryGrantStoreOptions = {}) {
    if (!Number.isSafeInteger(maxGrants) || maxGrants < 1 || maxGrants > MOST_GRANTS) {
      throw new TypeError(`maxGrants must be a whole number from 1 to ${MOST_GRANTS}; it is ${String(maxGrants)}.`)
    }
    this.#maxGrants = maxGrants
  }

  create(grant: Grant, now: number): void {
    this.#sweep(now)
    const namesake = this.#index.slot(grant.id)
    if (namesake !== undefined) this.#remove(namesake)
    if (this.#index.size >= this.#maxGrants && this.#index.oldest !== undefined) this.#remove(this.#index.oldest)
    const slot = this.#table.add(grant)
    this.#index.add(slot, grant.id, this.#table.subject(slot))
  }

  rotate({ id, clientId, generation, now, retryWindow, idleLifetime }: Rotation): RotationResult {
    const slot = this.#index.slot(id)
    const grant = this.find(id, now)
    if (slot === undefined || grant?.clientId !== clientId) return { outcome: 'absent' }
    if (generation >= grant.generation) {
      const expiresAt = Math.min(now + idleLifetime, grant.endsAt)
      const rotated = { generation: generation + 1, rotatedAt: now, expiresAt }
      this.#table.rotate(slot, rotated)
      return { outcome: 'rotated', grant: { ...grant, ...rotated } }
    }
    if (generation === grant.generation - 1 && now - grant.rotatedAt <= retryWindow) {
      return { outcome: 'retried', grant }
    }
    this.#remove(slot)
    return { outcome: 'reused', grant }
  }

  find(id: string, now: number): Grant | undefined {
    const slot = this.#index.slot(id)
    return slot === undefined ? undefined : this.#living(slot, now)
  }

  list(subject: string, now: number): Grant[] {
    const grants = Array.from(this.#index.slotsOf(subject), (slot) => this.#living(slot, now))
    return grants.filter((grant) => grant !== undefined).sort(newestFirst)
  }

  revoke(id: string, now: number): Grant | undefined {
    const slot = this.#index.slot(id)
    const grant = this.find(id, now)
    if (slot !== undefined && grant !== undefined) this.#remove(slot)
    return grant
  }

  revokeAll(subject: string, now: number, { except }: RevokeAllOptions = {}): number {
    const ended = this.list(subject, now).filter(({ id }) => id !== except)
    for (const { id } of ended) this.revoke(id, now)
    return ended.length
  }

  spend(id: string, expiresAt: number, now: number): boolean {
    return this.#spent.add(id, expiresAt, now)
  }

  prune(now: number): number {
    const before = this.#index.size
    for (let slot = 0; slot < this.#table.slots; slot++) this.#removeExpired(slot, now)
    return before - this.#index.size + this.#spent.prune(now)
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
