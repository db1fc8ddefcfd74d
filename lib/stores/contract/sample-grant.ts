import { randomUUID } from 'node:crypto'
import { newGrantId, type Grant } from '../../grant.js'
import type { GrantStore, Rotation } from '../../grant-store.js'

/** Sees whether a store keeps to one sentence of the contract. */
export type Check = (store: GrantStore) => Promise<void>

export const SECOND = 1000
export const DAY = 86_400 * SECOND

/** Ahead of every server's clock, because a store may take its own for the time of a rotation where that is later. */
export const NOW = Date.now() + DAY

export const RETRY_WINDOW = 10 * SECOND
export const IDLE_LIFETIME = 14 * DAY

/** A grant, of a subject of its own unless one is given. */
export function sampleGrant(members: Partial<Grant> = {}): Grant {
  const { subject = `subject-${randomUUID()}`, createdAt = NOW } = members
  return {
    id: newGrantId(subject),
    subject,
    clientId: 'web',
    scope: 'contacts.read contacts.write',
    generation: 0,
    createdAt,
    rotatedAt: createdAt,
    endsAt: createdAt + 30 * DAY,
    expiresAt: createdAt + IDLE_LIFETIME,
    ...members,
  }
}

/** A grant that the store was given. */
export async function keptGrant(store: GrantStore, members?: Partial<Grant>): Promise<Grant> {
  const grant = sampleGrant(members)
  await store.create(grant, grant.createdAt)
  return grant
}

/** The refresh of a grant with the refresh token of `generation`. */
export function refresh(grant: Grant, generation: number, now: number, members: Partial<Rotation> = {}): Rotation {
  return {
    id: grant.id,
    clientId: grant.clientId,
    generation,
    now,
    retryWindow: RETRY_WINDOW,
    idleLifetime: IDLE_LIFETIME,
    ...members,
  }
}

/** What becomes of a grant that is rotated. */
export function rotated(grant: Grant, generation: number, now: number): Grant {
  return { ...grant, generation, rotatedAt: now, expiresAt: now + IDLE_LIFETIME }
}
