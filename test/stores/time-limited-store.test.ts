import { describe, expect, test } from 'vitest'
import type { Grant } from '../../lib/grant.js'
import type { GrantStore } from '../../lib/grant-store.js'
import { DAY, keptGrant, refresh, sampleGrant } from '../../lib/stores/contract/sample-grant.js'
import { GrantStoreError } from '../../lib/stores/grant-store-error.js'
import { MemoryGrantStore } from '../../lib/stores/memory-grant-store.js'
import { grantStoreContract } from '../../lib/stores/store-contract.js'
import { StoreWithTimeout } from '../../lib/stores/store-timeout.js'

/** A store whose every act is the same. */
function storeThat(act: () => never): GrantStore {
  return {
    create: act,
    rotate: act,
    find: act,
    list: act,
    revoke: act,
    revokeAll: act,
    spend: act,
    now: act,
    prune: act,
  }
}

function everyAct(store: GrantStore): Record<keyof GrantStore, () => unknown> {
  const grant = sampleGrant()
  return {
    create: () => store.create({ grant, age: 0, maxPerSubject: undefined }),
    rotate: () => store.rotate(refresh(grant, 0)),
    find: () => store.find(grant.id),
    list: () => store.list(grant.subject, 10),
    revoke: () => store.revoke(grant.id),
    revokeAll: () => store.revokeAll(grant.subject, { loginLifetime: DAY }),
    spend: () => store.spend({ id: 'id', lifetime: 1 }),
    now: () => store.now(grant.subject),
    prune: () => store.prune(),
  }
}

describe('StoreWithTimeout keeps the contract of the store in it:', () => {
  const store = new StoreWithTimeout(new MemoryGrantStore(), 1000)
  for (const { title, run } of grantStoreContract(() => store, { clock: 'process' })) test(title, run)
})

describe('StoreWithTimeout', () => {
  test('passes on what is answered at once, without a promise', async () => {
    const store = new StoreWithTimeout(new MemoryGrantStore(), 1000)
    const grant = await keptGrant(store)
    expect(store.find(grant.id)).toEqual(grant)
    expect(store.now('')).toBeTypeOf('number')
  })

  test('passes on what is answered in time', async () => {
    const grant = sampleGrant()
    const store = new StoreWithTimeout(slowStore(grant), 1000)
    await expect(store.find(grant.id)).resolves.toBe(grant)
  })

  test('refuses every act that takes longer, and says which one', async () => {
    const store = new StoreWithTimeout(
      storeThat(() => new Promise(() => undefined) as never),
      20,
    )
    for (const [act, run] of Object.entries(everyAct(store))) {
      if (act === 'prune') continue // which takes as long as it takes
      const error: unknown = await Promise.resolve(run()).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(GrantStoreError)
      expect(error).toMatchObject({
        code: 'GRANT_STORE_TIMEOUT',
        message: `The grant store did not answer ${act} within 20 ms.`,
      })
    }
  })

  test('lets prune take longer', async () => {
    const slow = storeThat(() => new Promise((resolve) => setTimeout(resolve, 60, 7)) as never)
    await expect(new StoreWithTimeout(slow, 20).prune()).resolves.toBe(7)
  })

  test('wraps whatever a store rejects with or throws', async () => {
    const cause = new Error('connect ECONNREFUSED')
    const rejecting = storeThat(() => Promise.reject(cause) as never)
    const throwing = storeThat(() => {
      throw cause
    })
    for (const inner of [rejecting, throwing]) {
      for (const [act, run] of Object.entries(everyAct(new StoreWithTimeout(inner, 1000)))) {
        const error: unknown = await new Promise((resolve) => {
          resolve(run())
        }).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(GrantStoreError)
        expect(error).toMatchObject({ code: 'GRANT_STORE_FAILED', message: `The grant store failed at ${act}.`, cause })
      }
    }
  })

  test('leaves no unhandled rejection when a store fails after its time', async () => {
    const unhandled: unknown[] = []
    const listener = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listener)
    const late = () =>
      new Promise((_, reject) => {
        setTimeout(() => {
          reject(new Error('too late'))
        }, 30)
      })
    const store = new StoreWithTimeout(
      storeThat(() => late() as never),
      5,
    )
    await expect(store.find('')).rejects.toThrow('within 5 ms')
    await new Promise((resolve) => setTimeout(resolve, 60))
    process.off('unhandledRejection', listener)
    expect(unhandled).toEqual([])
  })

  test('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
    const before = timers()
    const store = new StoreWithTimeout(
      storeThat(() => Promise.resolve() as never),
      60_000,
    )
    await Promise.all(Object.values(everyAct(store)).map((run) => Promise.resolve(run())))
    expect(timers()).toBe(before)
  })
})

function slowStore(grant: Grant): GrantStore {
  return storeThat(
    () =>
      new Promise((resolve) => {
        setTimeout(() => {
          resolve(grant)
        }, 5)
      }) as never,
  )
}
