import { decodeJwt } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import type { OAuthEvent } from '../../lib/index.js'
import { alice, basic, bob, otherBackend, startTokenServer, webBackend } from '../start-server.js'
import { onEveryStore } from '../stores/on-every-store.js'
import { seedFrom } from '../seed.js'
import { SeededRandom } from '../stores/seeded-random.js'
import { SessionModel, type ModelSession } from './session-model.js'
import { logIn, tokensOf, type Tokens } from '../log-in.js'
import { introspect, refresh, revoke, statusOf } from './token-client.js'

const STEPS = 800
const SEED = seedFrom('SEED')

const SECOND = 1000
const LIFETIMES = { lifetime: 900 * SECOND, idleLifetime: 300 * SECOND, retryWindow: 10 * SECOND }
const ACCESS_LIFETIME = 120 * SECOND
/** Ahead of the clocks of the stores' servers, and whole seconds, which is all that a JWT can say. */
const START = Math.ceil(Date.now() / SECOND) * SECOND + 86_400 * SECOND

const PAUSES = [0, 0, 0, 0, 0, SECOND, LIFETIMES.retryWindow, LIFETIMES.retryWindow + SECOND] as const
const LONG_PAUSES = [ACCESS_LIFETIME, LIFETIMES.idleLifetime - SECOND, LIFETIMES.idleLifetime] as const

const READ = ['contacts.read']
const BOTH = ['contacts.read', 'contacts.write']
const USERS = [alice, bob] as const
const CLIENTS = [webBackend, otherBackend] as const

/** What a session was given. */
interface Given {
  /** By generation; `undefined` where the client never saw it. */
  readonly refresh: string[]
  readonly access: { readonly token: string; readonly scope: readonly string[]; readonly expiresAt: number }[]
  readonly id: string
}

afterEach(() => {
  vi.useRealTimers()
})

/** Random acts on a server, each held against what the model says. The same seed gives the same acts, whatever the store. */
class RandomSessions {
  readonly #random: SeededRandom
  readonly #model = new SessionModel(LIFETIMES)
  readonly #given = new Map<ModelSession, Given>()
  readonly #server: Awaited<ReturnType<typeof startTokenServer>>
  readonly #events: readonly OAuthEvent[]
  readonly seen: Record<string, number> = {}
  #now = START
  #picked: ModelSession | undefined

  constructor(seed: number, server: Awaited<ReturnType<typeof startTokenServer>>, events: readonly OAuthEvent[]) {
    this.#random = new SeededRandom(seed)
    this.#server = server
    this.#events = events
  }

  async act(): Promise<void> {
    const random = this.#random
    this.#passTime(random.below(60) === 0 ? random.oneOf(LONG_PAUSES) : random.oneOf(PAUSES))
    const kind = random.below(100)
    const session = this.#pick()
    if (kind < 12 || session === undefined) await this.#logIn()
    else if (kind < 62) await this.#refresh(session)
    else if (kind < 72) await this.#introspectRefreshToken(session)
    else if (kind < 84) await this.#useAccessToken(session)
    else if (kind < 90) await this.#list(random.oneOf(USERS).username)
    else if (kind < 95) await this.#revokeToken(session)
    else if (kind < 97) await this.#revokeGrant(session)
    else if (kind < 98) await this.#revokeAll(session)
    else await this.#server.oauth.grants.prune()
    expect(this.#events.filter(({ type }) => type === 'refresh_token_reused')).toHaveLength(this.#model.reuses)
  }

  #saw(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1
  }

  #passTime(milliseconds: number): void {
    this.#now += milliseconds
    vi.setSystemTime(this.#now)
  }

  /** Often the one that was picked last, mostly a living one. */
  #pick(): ModelSession | undefined {
    const random = this.#random
    const { sessions } = this.#model
    const living = sessions.filter((session) => this.#model.isLiving(session, this.#now))
    const choices = [this.#picked, random.oneOf(living), random.below(6) === 0 ? random.oneOf(sessions) : undefined]
    return (this.#picked = random.oneOf(choices.filter((session) => session !== undefined)))
  }

  #givenTo(session: ModelSession): Given {
    const given = this.#given.get(session)
    if (given === undefined) throw new Error('The session was given nothing.')
    return given
  }

  /** Mostly the client that the session belongs to. */
  #client(session: ModelSession) {
    const own = CLIENTS.find(({ id }) => id === session.clientId) ?? webBackend
    return this.#random.below(15) === 0 ? this.#random.oneOf(CLIENTS) : own
  }

  #keepAccessToken({ access }: Given, tokens: Tokens, scope: readonly string[]): void {
    expect(decodeJwt(tokens.access)['scope']).toBe(scope.join(' '))
    access.push({ token: tokens.access, scope, expiresAt: this.#now + ACCESS_LIFETIME })
  }

  async #logIn(): Promise<void> {
    this.#passTime(SECOND) // no two sessions of one instant, whose order is nobody's business
    const [user, client] = [this.#random.oneOf(USERS), this.#random.oneOf(CLIENTS)]
    const scope = this.#random.oneOf([[], READ, BOTH])
    const login = { user, headers: basic(client), ...(scope.length > 0 && { scope: scope.join(' ') }) }
    const tokens = await logIn(this.#server.url, login)
    const session = this.#model.logIn(user.username, client.id, scope, this.#now)
    const given = { refresh: [tokens.refresh], access: [], id: String(decodeJwt(tokens.access)['sid']) }
    this.#given.set(session, given)
    this.#keepAccessToken(given, tokens, scope)
  }

  async #refresh(session: ModelSession): Promise<void> {
    const random = this.#random
    const given = this.#givenTo(session)
    // Refreshes mostly, retries often, replays now and then.
    const generation = Math.max(0, session.generation - random.oneOf([0, 0, 0, 0, 1, 1, 1, 2, 3]))
    const client = this.#client(session)
    const asked = random.oneOf([undefined, undefined, undefined, READ, BOTH])
    const before = session.generation
    const expected = this.#model.refresh(session, generation, client.id, asked, this.#now)
    const more = asked === undefined ? {} : { scope: asked.join(' ') }
    const answer = await refresh(this.#server.url, given.refresh[generation] ?? '', more, basic(client))
    if ('refusal' in expected) {
      expect([answer.status, answer.body['error']]).toEqual([400, expected.refusal])
      this.#saw(expected.refusal)
      return
    }
    const tokens = tokensOf(answer)
    const known = given.refresh[expected.generation]
    if (known === undefined) expect(given.refresh).not.toContain(tokens.refresh)
    else expect(tokens.refresh).toBe(known)
    given.refresh[expected.generation] = tokens.refresh
    this.#keepAccessToken(given, tokens, expected.scope)
    this.#saw(expected.generation > before ? 'rotated' : 'retried')
  }

  async #introspectRefreshToken(session: ModelSession): Promise<void> {
    const client = this.#client(session)
    const generation = Math.max(0, session.generation - this.#random.below(2))
    const isActive =
      this.#model.isGenuine(session, generation, client.id, this.#now) &&
      this.#model.isLiving(session, this.#now) &&
      generation === session.generation
    const token = this.#givenTo(session).refresh[generation] ?? ''
    const { body } = await introspect(this.#server.url, token, basic(client))
    if (isActive) expect(body).toMatchObject({ active: true, exp: session.expiresAt / SECOND })
    else expect(body).toEqual({ active: false })
    this.#saw(isActive ? 'active refresh token' : 'inactive refresh token')
  }

  async #useAccessToken(session: ModelSession): Promise<void> {
    const client = this.#client(session)
    const access = this.#random.oneOf(this.#givenTo(session).access)
    if (access === undefined) throw new Error('The session has no access token.')
    const isGood = this.#model.isLiving(session, this.#now) && this.#now < access.expiresAt
    const { body } = await introspect(this.#server.url, access.token, basic(client))
    expect(body['active']).toBe(isGood && client.id === session.clientId)
    const allowed = access.scope.includes('contacts.read') ? 200 : 403
    expect(await statusOf(`${this.#server.url}/living`, access.token)).toBe(isGood ? allowed : 401)
    this.#saw(isGood ? 'good access token' : 'bad access token')
  }

  async #list(subject: string): Promise<void> {
    const listed = await this.#server.oauth.grants.list(subject)
    expect(listed).toEqual(
      this.#model.list(subject, this.#now).map((session) => ({
        id: this.#givenTo(session).id,
        subject,
        clientId: session.clientId,
        scope: session.scope.join(' '),
        generation: session.generation,
        createdAt: session.createdAt,
        rotatedAt: session.rotatedAt,
        endsAt: session.endsAt,
        expiresAt: session.expiresAt,
        userAgent: expect.any(String) as string,
        address: '127.0.0.1',
      })),
    )
    if (listed.length > 1) this.#saw('several sessions')
  }

  async #revokeToken(session: ModelSession): Promise<void> {
    const client = this.#client(session)
    const { refresh: refreshTokens, access } = this.#givenTo(session)
    const generation = this.#random.below(session.generation + 1)
    const one = this.#random.oneOf(access)
    const isAccessToken = this.#random.below(2) === 0
    const token = isAccessToken ? one?.token : refreshTokens[generation]
    const isGenuine = isAccessToken
      ? client.id === session.clientId && this.#now < (one?.expiresAt ?? 0)
      : this.#model.isGenuine(session, generation, client.id, this.#now)
    const { status, text } = await revoke(this.#server.url, token ?? '', basic(client))
    expect([status, text]).toEqual([200, '{}'])
    const revokes = isGenuine && this.#model.revoke(session, this.#now)
    this.#saw(revokes ? 'revoked' : 'nothing to revoke')
  }

  async #revokeGrant(session: ModelSession): Promise<void> {
    const ended = await this.#server.oauth.grants.revoke(this.#givenTo(session).id)
    expect(ended).toBe(this.#model.revoke(session, this.#now))
  }

  async #revokeAll(session: ModelSession): Promise<void> {
    const subject = this.#random.oneOf(USERS).username
    const except = this.#random.oneOf([undefined, session])
    const options = except === undefined ? {} : { except: this.#givenTo(except).id }
    const count = await this.#server.oauth.grants.revokeAll(subject, options)
    expect(count).toBe(this.#model.revokeAll(subject, except, this.#now))
  }
}

await onEveryStore(
  ({ store }) => {
    test(`answers ${STEPS} random requests as the model does (SEED=${SEED})`, { timeout: 120_000 }, async () => {
      vi.useFakeTimers({ toFake: ['Date'], now: START })
      const events: OAuthEvent[] = []
      const server = await startTokenServer(
        {
          grantStore: store(),
          accessTokenLifetime: ACCESS_LIFETIME / SECOND,
          refreshTokens: {
            lifetime: LIFETIMES.lifetime / SECOND,
            idleLifetime: LIFETIMES.idleLifetime / SECOND,
            retryWindow: LIFETIMES.retryWindow / SECOND,
          },
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
      const sessions = new RandomSessions(SEED, server, events)
      for (let step = 1; step <= STEPS; step++) {
        try {
          await sessions.act()
        } catch (error) {
          throw new Error(`step ${step} of SEED=${SEED}`, { cause: error })
        }
      }
      const often = ['rotated', 'retried', 'invalid_grant', 'invalid_scope', 'revoked', 'several sessions']
      const checked = ['active refresh token', 'inactive refresh token', 'good access token', 'bad access token']
      // At all: one seed in some hundreds sees one of them twice only.
      for (const what of [...often, ...checked]) expect(sessions.seen[what], `${what}: SEED=${SEED}`).toBeGreaterThan(0)
      expect(events.filter(({ type }) => type === 'refresh_token_reused').length, `SEED=${SEED}`).toBeGreaterThan(0)
    })
  },
  () => true,
  { byDate: true },
)
