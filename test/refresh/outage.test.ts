import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { GrantStoreError } from '../../lib/index.js'
import { alice, bob, requestToken, startTokenServer } from '../start-server.js'
import { freshName, openStore, type StorePlace } from '../stores/opened-store.js'
import { ownMariadb } from '../stores/own-mariadb.js'
import { ownPostgres } from '../stores/own-postgres.js'
import { ownRedis } from '../stores/own-redis.js'
import { processesOf, signalAll, type ServerProcess } from '../stores/server-process.js'
import { credentials, logIn, tokensOf, type Answer } from '../log-in.js'
import { refresh, refreshed, revoke } from './token-client.js'

const CLIENTS = 8
/** Seconds. */
const STORE_TIMEOUT = 1
const OUTAGE_MS = 2500
/** How often each client must have been served before, and again after, the outage. */
const ENOUGH = 5
const PATIENCE_MS = 20_000

interface OwnServer {
  readonly server: ServerProcess
  readonly url: string
  remove(): Promise<void>
}

interface Durable {
  readonly name: string
  readonly own: () => Promise<OwnServer | undefined>
  readonly place: (url: string) => StorePlace
}

const STORES: readonly Durable[] = [
  { name: 'PostgreSQL (pg)', own: ownPostgres, place: (url) => ({ kind: 'postgres', url, table: 'oauth_grants' }) },
  { name: 'MariaDB (mysql2)', own: ownMariadb, place: (url) => ({ kind: 'mysql', url, table: 'oauth_grants' }) },
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

interface Outage {
  readonly name: string
  readonly begin: (server: ServerProcess) => Promise<void>
  readonly end: (server: ServerProcess) => Promise<void>
}

const OUTAGES: readonly Outage[] = [
  {
    name: 'is killed',
    begin: (server) => server.stop('SIGKILL'),
    end: (server) => server.start(),
  },
  {
    name: 'hangs',
    begin(server) {
      signalAll(processesOf(server), 'SIGSTOP')
      return Promise.resolve()
    },
    end(server) {
      signalAll(processesOf(server), 'SIGCONT')
      return Promise.resolve()
    },
  },
]

/** A client that logs in, refreshes, and now and then logs out, without rest, and keeps at it when it is refused. */
class BusyClient {
  readonly #url: string
  readonly #user: typeof alice
  /** The last refresh token of each session. */
  readonly sessions: string[] = []
  readonly loggedOut: string[] = []
  readonly answers: Answer[] = []
  readonly unexpected: unknown[] = []
  longest = 0
  served = 0

  constructor(url: string, user: typeof alice) {
    this.#url = url
    this.#user = user
  }

  async workUntil(isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); turn++) {
      if (turn % 10 === 0) await this.#logIn()
      else if (turn % 10 === 9 && this.sessions.length > 1) await this.#logOut()
      else await this.#refresh(turn % this.sessions.length)
    }
  }

  async #logIn(): Promise<void> {
    const form = { grant_type: 'password', ...this.#user }
    this.sessions.push(tokensOf(await this.#untilServed(() => requestToken(this.#url, form, credentials))).refresh)
  }

  async #refresh(session: number): Promise<void> {
    const token = this.sessions[session] ?? ''
    this.sessions[session] = tokensOf(await this.#untilServed(() => refresh(this.#url, token))).refresh
  }

  async #logOut(): Promise<void> {
    const token = this.sessions.pop() ?? ''
    await this.#untilServed(() => revoke(this.#url, token))
    this.loggedOut.push(token)
  }

  /** Asks again and again, as a client does that heeds a 503, but sooner than it was told. */
  async #untilServed(ask: () => Promise<Answer>): Promise<Answer> {
    const begun = performance.now()
    for (;;) {
      const started = performance.now()
      const answer = await ask()
      this.longest = Math.max(this.longest, performance.now() - started)
      this.answers.push(answer)
      if (answer.status !== 503) {
        this.served++
        return answer
      }
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`Still refused: ${answer.text}`)
      await sleep(50)
    }
  }
}

describe.each(STORES)('$name under load', ({ own, place }) => {
  test.for(OUTAGES)(
    '$name: what is refused is refused cleanly, nothing hangs, and no session is lost',
    async (outage, { skip }) => {
      const backend = await own()
      if (backend === undefined) return skip('The server is not installed.')
      const opened = await openStore(place(backend.url))
      const errors: unknown[] = []
      const { url, close } = await startTokenServer({
        grantStore: opened.store,
        storeTimeout: STORE_TIMEOUT,
        onError: (error) => errors.push(error),
      })
      const clients = Array.from({ length: CLIENTS }, (_, index) => new BusyClient(url, index % 2 === 0 ? alice : bob))
      const everyoneServed = (times: number) => {
        const before = clients.map(({ served }) => served)
        return waitUntil(() => clients.every(({ served }, index) => served >= (before[index] ?? 0) + times))
      }
      try {
        let isOver = false
        const work = Promise.all(clients.map((client) => client.workUntil(() => isOver)))
        const course = async () => {
          await everyoneServed(ENOUGH)
          expect(errors).toEqual([])
          await outage.begin(backend.server)
          await sleep(OUTAGE_MS)
          await outage.end(backend.server)
          await everyoneServed(ENOUGH)
        }
        await Promise.race([course(), work])
        isOver = true
        await work

        const refusals = clients.flatMap(({ answers }) => answers).filter(({ status }) => status !== 200)
        expect(refusals.length).toBeGreaterThanOrEqual(CLIENTS)
        for (const { status, headers, body } of refusals) {
          expect([status, Object.keys(body)]).toEqual([503, ['error', 'error_description']])
          expect(body['error']).toBe('temporarily_unavailable')
          expect(body['error_description']).toMatch(/^The server cannot do this right now; request [0-9a-f-]{36}$/)
          expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
          expect(headers.get('cache-control')).toBe('no-store')
          expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
        }
        expect(errors).toHaveLength(refusals.length)
        for (const error of errors) expect(error).toBeInstanceOf(GrantStoreError)

        for (const { sessions, loggedOut } of clients) {
          for (const token of sessions) await refreshed(url, token)
          for (const token of loggedOut) expect((await refresh(url, token)).body['error']).toBe('invalid_grant')
        }
        await logIn(url)
        const kept = clients.flatMap(({ sessions }) => sessions).length
        console.info(
          `${refusals.length} refusals, the longest answer ${Math.max(...clients.map(({ longest }) => longest)).toFixed()} ms, ${kept} sessions kept`,
        )
      } finally {
        await close()
        await opened.close()
        await backend.remove()
      }
    },
  )
})

async function waitUntil(isSo: () => boolean): Promise<void> {
  const started = performance.now()
  while (!isSo()) {
    if (performance.now() - started > PATIENCE_MS) throw new Error(`Still waiting: ${isSo.toString()}`)
    await sleep(20)
  }
}
