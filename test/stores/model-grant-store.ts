import type { Grant } from '../../lib/grant.js'
import type { Creation, CreationResult, Rotation, RotationResult } from '../../lib/grant-store.js'

/** What the contract says, in as few words as it takes: all grants ever made, each looked at every time. */
export class ModelGrantStore {
  #grants: Grant[] = []

  readonly #revokedAt = new Map<string, number>()

  create({ grant, age, maxPerSubject = Infinity }: Creation, now: number): CreationResult {
    if ((this.#revokedAt.get(grant.subject) ?? 0) >= now - age) return { outcome: 'refused' }
    const displaced = this.list(grant.subject, now).slice(maxPerSubject - 1)
    for (const one of displaced) this.#drop(one)
    this.#add(grant)
    return { outcome: 'created', displaced }
  }

  rotate({ id, clientId, generation, retryWindow, idleLifetime }: Rotation, now: number): RotationResult {
    const grant = this.find(id, now)
    if (grant?.clientId !== clientId) return { outcome: 'absent' }
    const behind = grant.generation - generation
    if (behind === 1 && retryWindow > 0 && now <= grant.rotatedAt + retryWindow) return { outcome: 'retried', grant }
    this.#drop(grant)
    if (behind > 0) return { outcome: 'reused', grant }
    const expiresAt = Math.min(now + idleLifetime, grant.endsAt)
    const rotated = { ...grant, generation: generation + 1, rotatedAt: now, expiresAt }
    this.#add(rotated)
    return { outcome: 'rotated', grant: rotated }
  }

  find(id: string, now: number): Grant | undefined {
    return this.#grants.find((grant) => grant.id === id && now < grant.expiresAt)
  }

  list(subject: string, now: number): Grant[] {
    const living = this.#grants.filter((grant) => grant.subject === subject && now < grant.expiresAt)
    return living.sort((one, other) => other.createdAt - one.createdAt)
  }

  revoke(id: string, now: number): Grant | undefined {
    const grant = this.find(id, now)
    if (grant !== undefined) this.#drop(grant)
    return grant
  }

  revokeAll(subject: string, now: number, except?: string): number {
    this.#revokedAt.set(subject, now)
    const ended = this.list(subject, now).filter(({ id }) => id !== except)
    for (const grant of ended) this.#drop(grant)
    return ended.length
  }

  #add(grant: Grant): void {
    this.#grants = [grant, ...this.#grants]
  }

  #drop(grant: Grant): void {
    this.#grants = this.#grants.filter((kept) => kept !== grant)
  }
}
