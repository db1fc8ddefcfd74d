import { AssertionError } from 'node:assert'
import { describe, expect, test } from 'vitest'
import type { Grant } from '../../lib/grant.js'
import type {
  Creation,
  CreationResult,
  RevocationOfAll,
  Rotation,
  RotationResult,
  Spending,
  SpendingResult,
} from '../../lib/grant-store.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'
import { grantStoreContract } from '../../lib/stores/store-contract.js'

/** A store that breaks the contract at one point, and a sentence that must not hold then. */
interface Fault {
  readonly fault: string
  readonly sentence: string
  readonly store: () => MemoryGrantStore
}

const FAULTS: readonly Fault[] = [
  {
    fault: 'reads, thinks and then writes',
    sentence: 'rotates once when one generation is presented 50 times at once, and calls the others retries',
    store: () =>
      new (class extends MemoryGrantStore {
        readonly #seen = new Map<string, Promise<Grant | undefined>>()

        // Every rotation of one moment sees the same row.
        override rotate(rotation: Rotation): never {
          const seen = this.#seen.get(rotation.id) ?? Promise.resolve(super.find(rotation.id))
          this.#seen.set(rotation.id, seen)
          const result = seen.then((grant) => {
            this.#seen.delete(rotation.id)
            if (grant === undefined) return { outcome: 'absent' }
            super.revoke(grant.id)
            super.create({ grant, age: 0, maxPerSubject: undefined })
            return super.rotate(rotation)
          })
          return result as never // the boundary: a subclass that answers later than its parent
        }
      })(),
  },
  {
    fault: 'has a retry window that is half as long',
    sentence: 'takes it for a retry for as long as the window lasts by the clock of the store, and for a replay then',
    store: () => changedRotation((rotation) => ({ ...rotation, retryWindow: rotation.retryWindow / 2 })),
  },
  {
    fault: 'has a retry window that is twice as long',
    sentence: 'takes it for a retry for as long as the window lasts by the clock of the store, and for a replay then',
    store: () => changedRotation((rotation) => ({ ...rotation, retryWindow: 2 * rotation.retryWindow })),
  },
  {
    fault: 'has a retry window of a millisecond instead of none',
    sentence:
      'takes every reuse for a replay if the retry window is 0, however short ago or ahead of its clock the rotation was',
    store: () => changedRotation((rotation) => ({ ...rotation, retryWindow: Math.max(1, rotation.retryWindow) })),
  },
  {
    fault: 'judges by the clock of the process',
    sentence: 'takes an honest retry for a retry whatever the clock of the process that asks',
    store: () => new MemoryGrantStore(),
  },
  {
    fault: 'lets a login that began before a revocation make a grant afterwards',
    sentence: 'leaves no grant of an earlier login living, however many are created while all grants are revoked',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(creation: Creation): CreationResult {
          return super.create({ ...creation, age: -1000 })
        }
      })(),
  },
  {
    fault: 'looks for a revocation, and then keeps the grant',
    sentence: 'leaves no grant of an earlier login living, however many are created while all grants are revoked',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(creation: Creation): never {
          const { grant } = creation
          const checked = super.create(creation)
          super.revoke(grant.id)
          const result = Promise.resolve().then(() =>
            checked.outcome === 'refused' ? checked : super.create({ ...creation, age: -1000 }),
          )
          return result as never // the boundary: a subclass that answers later than its parent
        }
      })(),
  },
  {
    fault: 'forgets the moment of a revocation that kept a grant',
    sentence: 'refuses earlier logins even if the subject had no grant, and if one was kept',
    store: () =>
      new (class extends MemoryGrantStore {
        override revokeAll(subject: string, revocation: RevocationOfAll): number {
          if (revocation.except === undefined) return super.revokeAll(subject, revocation)
          const ended = this.list(subject, Infinity).filter(({ id }) => id !== revocation.except)
          for (const { id } of ended) this.revoke(id)
          return ended.length
        }
      })(),
  },
  {
    fault: 'spends the id of a login that began before a revocation',
    sentence: 'refuses to spend the id of a login that began before, and spends that of one that began afterwards',
    store: () =>
      new (class extends MemoryGrantStore {
        override spend({ id, lifetime }: Spending): SpendingResult {
          return super.spend({ id, lifetime })
        }
      })(),
  },
  {
    fault: 'lets a subject have any number of grants',
    sentence: 'ends the oldest grants of a subject that has as many as it may',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(creation: Creation): CreationResult {
          return super.create({ ...creation, maxPerSubject: undefined })
        }
      })(),
  },
  {
    fault: 'lists all that there are',
    sentence: 'lists no more than the limit, and those are the newest',
    store: () =>
      new (class extends MemoryGrantStore {
        override list(subject: string, _limit: number): Grant[] {
          return super.list(subject, Infinity)
        }
      })(),
  },
  {
    fault: 'does not cap the idle lifetime',
    sentence: 'never lets a grant live on past its end',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(creation: Creation): CreationResult {
          return super.create({ ...creation, grant: { ...creation.grant, endsAt: Infinity } })
        }
      })(),
  },
  {
    fault: 'does not look at the client',
    sentence: 'holds the grant of another client for absent, and leaves it alone',
    store: () =>
      new (class extends MemoryGrantStore {
        override rotate(rotation: Rotation): RotationResult {
          const clientId = this.find(rotation.id)?.clientId ?? ''
          return super.rotate({ ...rotation, clientId })
        }
      })(),
  },
  {
    fault: 'revokes the one that was to be kept',
    sentence: 'revokes all grants of a subject but one',
    store: () =>
      new (class extends MemoryGrantStore {
        override revokeAll(subject: string, { loginLifetime }: RevocationOfAll): number {
          return super.revokeAll(subject, { loginLifetime })
        }
      })(),
  },
  {
    fault: 'lists the oldest first',
    sentence: 'lists the grants of a subject and of nobody else, the newest first',
    store: () =>
      new (class extends MemoryGrantStore {
        override list(subject: string, limit: number): Grant[] {
          return super.list(subject, limit).reverse()
        }
      })(),
  },
  {
    fault: 'finds what has expired',
    sentence: 'finds and lists a grant until it expires by the clock of the store',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(creation: Creation): CreationResult {
          const { grant } = creation
          return super.create({ ...creation, grant: { ...grant, expiresAt: grant.expiresAt + 60_000 } })
        }
      })(),
  },
  {
    fault: 'prunes everything',
    sentence: 'prunes nothing that lives, and finds nothing to prune right after',
    store: () =>
      new (class extends MemoryGrantStore {
        readonly #ids = new Set<string>()

        override create(creation: Creation): CreationResult {
          this.#ids.add(creation.grant.id)
          return super.create(creation)
        }

        override prune(): number {
          for (const id of this.#ids) super.revoke(id)
          return 0
        }
      })(),
  },
]

function changedRotation(change: (rotation: Rotation) => Rotation): MemoryGrantStore {
  return new (class extends MemoryGrantStore {
    override rotate(rotation: Rotation): RotationResult {
      return super.rotate(change(rotation))
    }
  })()
}

describe('grantStoreContract', () => {
  test.each(FAULTS)('catches a store that $fault', async ({ sentence, store }) => {
    const broken = []
    for (const { title, run } of grantStoreContract(store)) {
      const error: unknown = await run().catch((thrown: unknown) => thrown)
      if (error instanceof AssertionError) broken.push(title)
      else expect(error).toBeUndefined()
    }
    expect(broken).toContain(sentence)
  })

  test('says each thing once', () => {
    const titles = grantStoreContract(() => new MemoryGrantStore()).map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    expect(titles.length).toBeGreaterThan(30)
  })
})
