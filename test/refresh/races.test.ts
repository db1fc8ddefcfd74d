import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Grant, OAuthEvent } from '../../lib/index.js'
import { alice, requestToken, startTokenServer } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { forkServer, grantsAt, keyBackend, type ForkedServer } from './forked-server.js'
import { logIn, tokensOf, type Tokens } from '../log-in.js'
import { INVALID_GRANT, introspect, refresh, statusOf } from './token-client.js'

const AT_ONCE = 50
const ROUNDS = 3
const PROCESSES = 4
/** Seconds: short to wait for, and long beside what fifty refreshes take on a busy machine. */
const RETRY_WINDOW = 4

/** One service, by however many servers. */
interface Service {
  readonly urls: readonly [string, ...string[]]
  readonly grants: () => Promise<Grant[]>
  readonly events: () => readonly OAuthEvent[]
}

/** Presents a refresh token {@link AT_ONCE} times at once, to all servers by turns. */
function presentAtOnce({ urls }: Service, token: string) {
  const servers = Array.from({ length: AT_ONCE }, (_, index) => urls[index % urls.length] ?? urls[0])
  return Promise.all(servers.map((url) => refresh(url, token)))
}

/** The successor that all who presented the token at once were given. */
async function raceFor(service: Service, token: string): Promise<Tokens> {
  const answers = await presentAtOnce(service, token)
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const [first, ...others] = answers.map(tokensOf)
  if (first === undefined) throw new Error('Nobody answered.')
  for (const { refresh } of others) expect(refresh).toBe(first.refresh)
  expect(new Set(answers.map((answer) => tokensOf(answer).access)).size).toBe(AT_ONCE)
  return first
}

/** @param login Of the only grant there is. */
async function expectOneLineage(service: Service, login: Tokens): Promise<void> {
  const [before] = await service.grants()
  let tokens = login
  let spent = login
  for (let round = 1; round <= ROUNDS; round++) {
    spent = tokens
    tokens = await raceFor(service, spent.refresh)
    const grants = await service.grants()
    expect(grants.map(({ id, generation }) => ({ id, generation }))).toEqual([{ id: before?.id, generation: round }])
  }
  const [url] = service.urls
  expect((await introspect(url, tokens.access)).body['active']).toBe(true)
  expect(await statusOf(`${url}/living`, tokens.access)).toBe(200)
  expect(service.events().filter(({ type }) => type !== 'token_issued')).toEqual([])

  await sleep(RETRY_WINDOW * 1000 + 100)
  // Whoever presents it now is not the one who lost the race.
  for (const { status, body } of await presentAtOnce(service, spent.refresh)) {
    expect([status, body]).toEqual([400, INVALID_GRANT])
  }
  expect((await refresh(url, tokens.refresh)).body).toEqual(INVALID_GRANT)
  for (const { access } of [login, spent, tokens]) {
    expect((await introspect(url, access)).body).toEqual({ active: false })
    expect(await statusOf(`${url}/living`, access)).toBe(401)
  }
  expect(await service.grants()).toEqual([])
  const told = service.events().filter(({ type }) => type !== 'token_issued' && type !== 'access_token_refused')
  const ofGrant = { clientId: 'web-backend', grantId: before?.id }
  expect(told.filter(({ type }) => type === 'refresh_token_reused')).toMatchObject([{ ...ofGrant, subject: 'alice' }])
  const others = told.filter(({ type }) => type !== 'refresh_token_reused')
  expect(others).toMatchObject(others.map(() => ({ ...ofGrant, type: 'refresh_refused', reason: 'ended' })))
}

const title = `${AT_ONCE} refreshes of one token at once are one lineage, and the spent token ends it once the retry window is over`

await onEveryStore(({ store }) => {
  test(title, async () => {
    const events: OAuthEvent[] = []
    const { url, oauth } = await startTokenServer(
      {
        grantStore: store(),
        refreshTokens: { retryWindow: RETRY_WINDOW },
        onEvent: (event) => events.push(event),
      },
      {
        after: (app, { requireAccessToken }) => {
          app.get('/living', requireAccessToken('contacts.read', { checkRevocation: true }), (_request, response) => {
            response.json([])
          })
        },
      },
    )
    const login = await logIn(url, { scope: 'contacts.read' })
    await expectOneLineage(
      { urls: [url], grants: () => oauth.grants.list(alice.username), events: () => events },
      login,
    )
  })
})

await onEveryStore(({ store }) => {
  test(`${AT_ONCE} refreshes of one token at once end the grant if retryWindow is false, and one of them gets tokens`, async () => {
    const events: OAuthEvent[] = []
    const { url, oauth } = await startTokenServer({
      grantStore: store(),
      refreshTokens: { retryWindow: false },
      onEvent: (event) => events.push(event),
    })
    await oauth.grants.revokeAll(alice.username)
    await sleep(10) // until a login begins later than that by any clock
    const login = await logIn(url)
    const service = { urls: [url], grants: () => oauth.grants.list(alice.username), events: () => events } as const
    events.splice(0)
    const answers = await presentAtOnce(service, login.refresh)
    const [successor, ...others] = answers.toSorted((one, other) => one.status - other.status)
    for (const { status, body } of others) expect([status, body]).toEqual([400, INVALID_GRANT])
    const tokens = successor && tokensOf(successor)
    expect((await refresh(url, tokens?.refresh ?? '')).body).toEqual(INVALID_GRANT)
    expect(await service.grants()).toEqual([])
    expect(events.filter(({ type }) => type === 'token_issued')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'refresh_token_reused')).toHaveLength(1)
  })
})

describe(`in ${PROCESSES} processes on one store`, async () => {
  const processes: ForkedServer[] = []

  beforeAll(async () => {
    processes.push(
      ...(await Promise.all(
        Array.from({ length: PROCESSES }, () => forkServer('sqlite', 'postgres', 'mysql', 'redis')),
      )),
    )
  })

  afterAll(async () => {
    for (const server of processes) server.kill()
    await Promise.all(processes.map(({ gone }) => gone))
  })

  await onEveryStore(
    ({ place }) => {
      test(title, async () => {
        for (const { events, errors } of processes) for (const told of [events, errors]) told.splice(0)
        const [url, ...others] = await Promise.all(
          processes.map((server) => server.serve(place, { retryWindow: RETRY_WINDOW })),
        )
        if (url === undefined) throw new Error('No server started.')
        const login = await logIn(url, { scope: 'contacts.read' })
        await expectOneLineage(
          {
            urls: [url, ...others],
            grants: () => grantsAt(url, alice.username),
            events: () => processes.flatMap(({ events }) => events),
          },
          login,
        )
        expect(processes.flatMap(({ errors }) => errors)).toEqual([])
      })

      test(`${AT_ONCE} logins at once with one client assertion are one login`, async () => {
        const urls = await Promise.all(processes.map((server) => server.serve(place)))
        const form = { grant_type: 'password', ...alice, ...(await keyBackend.assertion()) }
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, index) => requestToken(urls[index % urls.length] ?? '', form)),
        )
        const statuses = answers.map(({ status }) => status).toSorted()
        expect(statuses).toEqual([200, ...Array<number>(AT_ONCE - 1).fill(401)])
      })
    },
    (kind) => kind !== 'memory',
  )
})
