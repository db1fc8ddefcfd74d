import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { newGrantId, type Grant } from '../../grant.js'
import type { GrantStore, Rotation, RotationResult } from '../../grant-store.js'

/** Sees whether a store keeps to one sentence of the contract. */
export type Check = (store: GrantStore) => Promise<void>

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** What the store's clock may differ from that of the tests, and what a slow store may take. */
export const CLOCK_DIFFERENCE = 20 * SECOND

export const RETRY_WINDOW = MINUTE
export const IDLE_LIFETIME = 14 * DAY
export const LOGIN_LIFETIME = HOUR

/** A grant, of a subject of its own unless one is given. */
export function sampleGrant(members: Partial<Grant> = {}): Grant {
  const { subject = `subject-${randomUUID()}`, createdAt = Date.now() } = members
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
  await keep(store, grant)
  return grant
}

/** Gives a grant to the store, without a cap. */
export async function keep(store: GrantStore, grant: Grant): Promise<void> {
  const result = await store.create({ grant, age: 0, maxPerSubject: undefined })
  assert.deepEqual(result, { outcome: 'created', displaced: [] })
}

/** A grant that the store was given, whose last rotation was so long ago. */
export async function rotatedLongAgo(store: GrantStore, milliseconds: number, generation = 1): Promise<Grant> {
  return keptGrant(store, { generation, createdAt: Date.now() - DAY, rotatedAt: Date.now() - milliseconds })
}

/** The refresh of a grant with the refresh token of `generation`. */
export function refresh({ id, clientId }: Grant, generation: number, members: Partial<Rotation> = {}): Rotation {
  return { id, clientId, generation, retryWindow: RETRY_WINDOW, idleLifetime: IDLE_LIFETIME, ...members }
}

/** All living grants of a subject, unless there are very many. */
export async function listed(store: GrantStore, subject: string): Promise<Grant[]> {
  return store.list(subject, 1000)
}

/** The grant of a result that must be `rotated`: the grant as it was, but for its generation and its times. */
export function rotated(
  result: RotationResult,
  before: Grant,
  generation: number,
  idleLifetime: number = IDLE_LIFETIME,
): Grant {
  assert.equal(result.outcome, 'rotated')
  const { grant } = result
  assert.deepEqual(grant, { ...before, generation, rotatedAt: grant.rotatedAt, expiresAt: grant.expiresAt })
  assertAbout(grant.rotatedAt, Date.now())
  assertAbout(grant.expiresAt, Math.min(Date.now() + idleLifetime, before.endsAt))
  assert(grant.expiresAt <= before.endsAt)
  return grant
}

/** By what two clocks may differ. */
export function assertAbout(time: number, expected: number): void {
  assert(Math.abs(time - expected) < CLOCK_DIFFERENCE, `${time} is not about ${expected}`)
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Until whatever begins now begins later than what was done before, by any clock's rounding. */
export async function untilNextMoment(): Promise<void> {
  await sleep(5)
}
