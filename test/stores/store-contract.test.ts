import { AssertionError } from 'node:assert'
import { describe, expect, test } from 'vitest'
import type { Grant } from '../../lib/grant.js'
import type { RevokeAllOptions, Rotation, RotationResult } from '../../lib/grant-store.js'
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
          const seen = this.#seen.get(rotation.id) ?? Promise.resolve(super.find(rotation.id, rotation.now))
          this.#seen.set(rotation.id, seen)
          const result = seen.then((grant) => {
            this.#seen.delete(rotation.id)
            if (grant === undefined) return { outcome: 'absent' }
            super.revoke(grant.id, rotation.now)
            super.create(grant, rotation.now)
            return super.rotate(rotation)
          })
          return result as never // the boundary: a subclass that answers later than its parent
        }
      })(),
  },
  {
    fault: 'has a retry window that is a millisecond short',
    sentence: 'takes the generation before for a retry to the last millisecond of the window',
    store: () => changedRotation((rotation) => ({ ...rotation, retryWindow: rotation.retryWindow - 1 })),
  },
  {
    fault: 'has a retry window that is a millisecond long',
    sentence: 'takes the generation before for a retry to the last millisecond of the window',
    store: () => changedRotation((rotation) => ({ ...rotation, retryWindow: rotation.retryWindow + 1 })),
  },
  {
    fault: 'does not cap the idle lifetime',
    sentence: 'never lets a grant live on past its end',
    store: () =>
      new (class extends MemoryGrantStore {
        override create(grant: Grant, now: number): void {
          super.create({ ...grant, endsAt: Infinity }, now)
        }
      })(),
  },
  {
    fault: 'does not look at the client',
    sentence: 'holds the grant of another client for absent, and leaves it alone',
    store: () =>
      new (class extends MemoryGrantStore {
        override rotate(rotation: Rotation): RotationResult {
          const clientId = this.find(rotation.id, rotation.now)?.clientId ?? ''
          return super.rotate({ ...rotation, clientId })
        }
      })(),
  },
  {
    fault: 'revokes the one that was to be kept',
    sentence: 'revokes all grants of a subject but one',
    store: () =>
      new (class extends MemoryGrantStore {
        override revokeAll(subject: string, now: number, _options?: RevokeAllOptions): number {
          return super.revokeAll(subject, now)
        }
      })(),
  },
  {
    fault: 'lists the oldest first',
    sentence: 'lists the grants of a subject and of nobody else, the newest first',
    store: () =>
      new (class extends MemoryGrantStore {
        override list(subject: string, now: number): Grant[] {
          return super.list(subject, now).reverse()
        }
      })(),
  },
  {
    fault: 'finds what has expired',
    sentence: 'finds and lists a grant to the millisecond before it expires',
    store: () =>
      new (class extends MemoryGrantStore {
        override find(id: string, now: number): Grant | undefined {
          return super.find(id, now - 1)
        }
      })(),
  },
  {
    fault: 'prunes everything',
    sentence: 'prunes nothing that lives, and finds nothing to prune right after',
    store: () =>
      new (class extends MemoryGrantStore {
        override prune(_now: number): number {
          return super.prune(Infinity)
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
