import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newGrantId, type Grant } from '../../lib/grant.js'
import type { GrantStore, RotationResult } from '../../lib/grant-store.js'
import { GrantStoreError } from '../../lib/stores/grant-store-error.js'
import { StoreWithTimeout } from '../../lib/stores/store-timeout.js'
import { freshName, openStore, type OpenedStore, type StorePlace } from './opened-store.js'
import { ownMariadb } from './own-mariadb.js'
import { ownPostgres } from './own-postgres.js'
import { ownRedis } from './own-redis.js'
import { processesOf, signalAll, type ServerProcess } from './server-process.js'

const LIMIT = 500
const RETRY_WINDOW = 1500
const DAY = 86_400_000

interface OwnServer {
  readonly server: ServerProcess
  readonly url: string
  remove(): Promise<void>
}

interface Outage {
  readonly name: string
  readonly own: () => Promise<OwnServer | undefined>
  readonly place: (url: string) => StorePlace
}

const OUTAGES: readonly Outage[] = [
  {
    name: 'PostgreSQL (pg)',
    own: ownPostgres,
    place: (url) => ({ kind: 'postgres', url, table: 'oauth_grants' }),
  },
  {
    name: 'MariaDB (mysql2)',
    own: ownMariadb,
    place: (url) => ({ kind: 'mysql', url, table: 'oauth_grants' }),
  },
  {
    name: 'Redis (redis)',
    own: () => ownRedis(),
    place: (url) => ({ kind: 'redis', driver: 'redis', url, prefix: `${freshName()}:` }),
  },
  {
    name: 'Redis (ioredis)',
    own: () => ownRedis(),
    place: (url) => ({ kind: 'redis', driver: 'ioredis', url, prefix: `${freshName()}:` }),
  },
]

describe.each(OUTAGES)('$name', ({ own, place }) => {
  let server: OwnServer | undefined
  let opened: OpenedStore | undefined

  beforeAll(async () => {
    server = await own()
    if (server !== undefined) opened = await openStore(place(server.url))
  })

  afterAll(async () => {
    await opened?.close()
    await server?.remove()
  })

  test('fails within the time limit while the server is gone, and works again once it is back', async ({ skip }) => {
    if (server === undefined || opened === undefined) return skip('The server is not installed.')
    const store = new StoreWithTimeout(opened.store, LIMIT)
    const grant = await login(store)
    expect(await refreshNow(store, grant, 0)).toMatchObject({ outcome: 'rotated' })

    await server.server.stop('SIGKILL')
    const refused = await Promise.all(everyAct(store, grant))
    for (const error of refused) expect(error).toBeInstanceOf(GrantStoreError)

    await server.server.start()
    const { generation } = await untilItAnswers(() => store.find(grant.id))
    // The commands that a client queued have run by now or never will: the row moved once, if at all.
    expect([1, 2]).toContain(generation)
    expect(await refreshNow(store, grant, 1)).toHaveProperty('grant.generation', 2)
    await login(store)
  })

  test('does not take for a replay what was asked again after the server hung for longer than the window', async ({
    skip,
  }) => {
    if (server === undefined || opened === undefined) return skip('The server is not installed.')
    const store = new StoreWithTimeout(opened.store, LIMIT)
    const grant = await login(store)
    const pids = processesOf(server.server)

    signalAll(pids, 'SIGSTOP')
    const refusal = await thrown(() => refreshNow(store, grant, 0))
    expect(refusal).toMatchObject({ name: 'GrantStoreError', code: 'GRANT_STORE_TIMEOUT' })
    await sleep(2 * RETRY_WINDOW)
    signalAll(pids, 'SIGCONT')

    await untilItAnswers(async () => ((await store.find(grant.id))?.generation === 1 ? grant : undefined))
    expect(await refreshNow(store, grant, 0)).toMatchObject({ outcome: 'retried', grant: { generation: 1 } })
  })
})

async function login(store: GrantStore): Promise<Grant> {
  const now = Date.now()
  const grant = {
    id: newGrantId('alice'),
    subject: 'alice',
    clientId: 'web',
    scope: '',
    generation: 0,
    createdAt: now,
    rotatedAt: now,
    endsAt: now + DAY,
    expiresAt: now + DAY,
  }
  await store.create({ grant, age: 0, maxPerSubject: undefined })
  return grant
}

async function refreshNow(store: GrantStore, { id, clientId }: Grant, generation: number): Promise<RotationResult> {
  return store.rotate({ id, clientId, generation, retryWindow: RETRY_WINDOW, idleLifetime: DAY })
}

async function thrown(act: () => unknown): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    return error
  }
  return undefined
}

function everyAct(store: GrantStore, grant: Grant): Promise<unknown>[] {
  return [
    thrown(() => login(store)),
    thrown(() => refreshNow(store, grant, 1)),
    thrown(() => store.find(grant.id)),
    thrown(() => store.list(grant.subject, 10)),
    thrown(() => store.revoke('no id at all')),
    thrown(() => store.revokeAll('nobody', { loginLifetime: DAY })),
    thrown(() => store.spend({ id: 'id', lifetime: DAY })),
    thrown(() => store.now('alice')),
  ]
}

async function untilItAnswers<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const started = Date.now()
  for (;;) {
    let failure: unknown
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      failure = error
    }
    if (Date.now() - started > 15_000) throw new Error('The store does not answer again.', { cause: failure })
    await sleep(50)
  }
}
