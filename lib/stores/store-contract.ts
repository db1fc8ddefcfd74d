import assert from 'node:assert/strict'
import { newGrantId, type Grant } from '../grant.js'
import type { GrantStore, MaybePromise, Rotation, RotationResult } from '../grant-store.js'

/** One sentence of the contract of a {@link GrantStore}, and how to see whether a store keeps it. */
export interface ContractCase {
  /** A sentence that says what holds. */
  readonly title: string
  /** Rejects with an `AssertionError` where it does not. */
  run(): Promise<void>
}

/**
 * The contract of {@link GrantStore} as test cases, for any test runner:
 *
 * ```ts
 * for (const { title, run } of grantStoreContract(() => new MyGrantStore())) test(title, run)
 * ```
 *
 * @param createStore Makes the store, or answers the same one each time. Nobody else may use its data meanwhile; grants
 *   of earlier runs do no harm.
 */
export function grantStoreContract(createStore: () => MaybePromise<GrantStore>): readonly ContractCase[] {
  return Object.entries(SENTENCES).map(([title, check]) => ({
    title,
    run: async () => {
      await check(await createStore())
    },
  }))
}

const SECOND = 1000
const DAY = 86_400 * SECOND
/** Ahead of every server's clock, because a store may prefer its own where that is later. */
const NOW = Date.now() + DAY
const RETRY_WINDOW = 10 * SECOND
const IDLE_LIFETIME = 14 * DAY

let subjects = 0

/** A grant of a subject of its own. */
function newGrant(members: Partial<Grant> = {}): Grant {
  const subject = members.subject ?? `subject-${Date.now()}-${++subjects}`
  return {
    id: newGrantId(subject),
    subject,
    clientId: 'web',
    scope: 'contacts.read contacts.write',
    generation: 0,
    createdAt: NOW,
    rotatedAt: NOW,
    endsAt: NOW + 30 * DAY,
    expiresAt: NOW + IDLE_LIFETIME,
    ...members,
  }
}

async function kept(store: GrantStore, members?: Partial<Grant>): Promise<Grant> {
  const grant = newGrant(members)
  await store.create(grant, grant.createdAt)
  return grant
}

function rotation({ id, clientId }: Grant, members: Partial<Rotation> = {}): Rotation {
  return {
    id,
    clientId,
    generation: 0,
    now: NOW + SECOND,
    retryWindow: RETRY_WINDOW,
    idleLifetime: IDLE_LIFETIME,
    ...members,
  }
}

/** The grant after a rotation that the contract says is good. */
function moved(grant: Grant, generation: number, now: number): Grant {
  return { ...grant, generation, rotatedAt: now, expiresAt: now + IDLE_LIFETIME }
}

type Check = (store: GrantStore) => Promise<void>

const SENTENCES: Readonly<Record<string, Check>> = {
  'finds a grant as it was created': async (store) => {
    const grant = await kept(store, { userAgent: 'curl/8', address: '192.0.2.1' })
    assert.deepEqual(await store.find(grant.id, NOW), grant)
  },
  }
