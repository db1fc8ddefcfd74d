import type { Grant } from '../grant.js'
import { numberColumn, referenceColumn } from './column.js'
import { ProfilePool, type Profile } from './profile-pool.js'

/** What a rotation changes. */
export type Rotated = Pick<Grant, 'generation' | 'rotatedAt' | 'expiresAt'>

/**
 * Grants in numbered slots, by columns: a grant takes a third of the memory that an object of its own would, and the
 * garbage collector sees a few thousand pages where there would be millions of objects.
 */
export class GrantTable {
  readonly #id = referenceColumn<string>()
  readonly #subject = referenceColumn<string>()
  readonly #profile = referenceColumn<Profile>()
  readonly #address = referenceColumn<string>()
  readonly #generation = numberColumn()
  readonly #createdAt = numberColumn()
  readonly #rotatedAt = numberColumn()
  readonly #endsAt = numberColumn()
  readonly #expiresAt = numberColumn()
  readonly #profiles = new ProfilePool()
  readonly #free: number[] = []
  #slots = 0

  /** How many slots there are, those that are free included. */
  get slots(): number {
    return this.#slots
  }

  /** Keeps a grant. Answers its slot. */
  add(grant: Grant): number {
    const slot = this.#free.pop() ?? this.#slots++
    const [subject, address] = copies(grant)
    this.#id.set(slot, grant.id)
    this.#subject.set(slot, subject)
    this.#address.set(slot, address ?? undefined)
    this.#profile.set(slot, this.#profiles.shared(grant))
    this.#createdAt.set(slot, grant.createdAt)
    this.#endsAt.set(slot, grant.endsAt)
    this.rotate(slot, grant)
    return slot
  }

  rotate(slot: number, { generation, rotatedAt, expiresAt }: Rotated): void {
    this.#generation.set(slot, generation)
    this.#rotatedAt.set(slot, rotatedAt)
    this.#expiresAt.set(slot, expiresAt)
  }

  remove(slot: number): void {
    for (const column of [this.#id, this.#subject, this.#address, this.#profile]) column.set(slot, undefined)
    this.#expiresAt.set(slot, Infinity)
    this.#free.push(slot)
  }

  /** The subject of the grant in a slot, as it is kept: no second copy need be. */
  subject(slot: number): string {
    return this.#subject.get(slot) ?? ''
  }

  /** The grant in a slot, or `undefined` where the slot is free. */
  grant(slot: number): Grant | undefined {
    const id = this.#id.get(slot)
    const subject = this.#subject.get(slot)
    const profile = this.#profile.get(slot)
    if (id === undefined || subject === undefined || profile === undefined) return undefined
    const address = this.#address.get(slot)
    return {
      id,
      subject,
      ...profile,
      generation: this.#generation.get(slot),
      createdAt: this.#createdAt.get(slot),
      rotatedAt: this.#rotatedAt.get(slot),
      endsAt: this.#endsAt.get(slot),
      expiresAt: this.#expiresAt.get(slot),
      ...(address !== undefined && { address }),
    }
  }

  /** Milliseconds since the epoch; `Infinity` where the slot is free. */
  expiresAt(slot: number): number {
    return this.#expiresAt.get(slot)
  }
}

/** Copies, because a text cut out of a request's body keeps that body in memory, the password included. */
function copies({
  subject,
  address = null,
}: Omit<Grant, 'address'> & { readonly address?: string | null | undefined }) {
  return JSON.parse(JSON.stringify([subject, address])) as [string, string | null]
}
