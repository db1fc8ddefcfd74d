import { afterEach, expect, test, vi } from 'vitest'
import { subjectTag, type Grant } from '../../lib/grant.js'
import type { GrantStore } from '../../lib/grant-store.js'
import { seedFrom } from '../seed.js'
import { ModelGrantStore } from './model-grant-store.js'
import { onEveryStore } from './on-every-store.js'
import { SeededRandom } from './seeded-random.js'

const STEPS = 2500
const SEED = seedFrom('SEED')

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 86_400 * SECOND
const RETRY_WINDOW = 10 * SECOND
const IDLE_LIFETIME = 20 * MINUTE
const LIFETIME = 60 * MINUTE

/** Mostly short, so that all outcomes come up often; with the boundaries of the window to the millisecond. */
const PAUSES = [0, 0, 0, 0, 0, 0, 1, SECOND, RETRY_WINDOW, RETRY_WINDOW + 1] as const
/** Now and then, those of the lifetimes. */
const LONG_PAUSES = [MINUTE, IDLE_LIFETIME - 1, IDLE_LIFETIME, LIFETIME] as const

/** Few, so that they meet. */
const SUBJECTS = ['alice', 'bob', 'user-9688866', 'user-16259611'] as const
const CLIENTS = ['web', 'mobile'] as const

const CAP = 3
const LOGIN_LIFETIME = 60 * MINUTE

/** What the store does, and what the model does at the same time. */
interface Act {
  readonly title: string
  readonly store: (store: GrantStore) => unknown
  readonly model: (model: ModelGrantStore) => unknown
}

/** One random act after another, and what was seen of the grants so far. */
class RandomActs {
  readonly #random: SeededRandom
  readonly #known: Grant[] = []
  #picked: Grant | undefined
  #now = Date.now() + DAY

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
  }

  next(model: ModelGrantStore): Act {
    const random = this.#random
    const now = (this.#now += random.oneOf(random.below(150) === 0 ? LONG_PAUSES : PAUSES))
    const kind = random.below(100)
    const subject = random.oneOf(SUBJECTS)
    const grant = this.#pick(model)
    if (kind < 15 || grant === undefined) return this.#creation(subject)
    const { id } = grant
    if (kind < 70) return this.#rotation(model.find(id, now) ?? grant)
    if (kind < 80) {
      return { title: `find ${id}`, store: (store) => store.find(id), model: (model) => model.find(id, now) }
    }
    if (kind < 92) {
      const limit = random.oneOf([1, 100] as const)
      return {
        title: `list ${subject}`,
        store: (store) => store.list(subject, limit),
        model: (model) => model.list(subject, now).slice(0, limit),
      }
    }
    if (kind < 96) {
      return { title: `revoke ${id}`, store: (store) => store.revoke(id), model: (model) => model.revoke(id, now) }
    }
    const except = random.oneOf([undefined, id])
    return {
      title: `revokeAll ${subject} except ${except ?? 'none'}`,
      store: (store) => store.revokeAll(subject, { except, loginLifetime: LOGIN_LIFETIME }),
      model: (model) => model.revokeAll(subject, now, except),
    }
  }

  get now(): number {
    return this.#now
  }

  /** Often the one that was picked last, mostly a living one. */
  #pick(model: ModelGrantStore): Grant | undefined {
    const random = this.#random
    const isLiving = ({ id }: Grant) => random.below(10) === 0 || model.find(id, this.#now) !== undefined
    const picks = [this.#picked, random.oneOf(this.#known.filter(isLiving))]
    return (this.#picked = random.oneOf(picks.filter((grant) => grant !== undefined && isLiving(grant))))
  }

  #creation(subject: string): Act {
    const now = (this.#now += 1) // no two grants of one instant, whose order is nobody's business
    const random = Buffer.from(Array.from({ length: 16 }, () => this.#random.below(256)))
    const grant: Grant = {
      id: `${random.toString('base64url')}.${subjectTag(subject)}`,
      subject,
      clientId: this.#random.oneOf(CLIENTS),
      scope: 'contacts.read',
      generation: 0,
      createdAt: now,
      rotatedAt: now,
      endsAt: now + LIFETIME,
      expiresAt: now + IDLE_LIFETIME,
      ...(this.#random.below(2) === 0 && { userAgent: 'curl/8.9.1', address: '192.0.2.1' }),
    }
    this.#known.push(grant)
    const creation = {
      grant,
      age: this.#random.oneOf([0, 0, SECOND, MINUTE] as const),
      maxPerSubject: this.#random.oneOf([undefined, undefined, undefined, undefined, CAP] as const),
    }
    return {
      title: `create ${JSON.stringify(creation)}`,
      store: (store) => store.create(creation),
      model: (model) => model.create(creation, now),
    }
  }

  #rotation(grant: Grant): Act {
    const now = this.#now
    const rotation = {
      id: grant.id,
      clientId: this.#random.below(20) === 0 ? this.#random.oneOf(CLIENTS) : grant.clientId,
      // Refreshes mostly, retries often, replays and tokens from the future now and then.
      generation: Math.max(0, grant.generation + this.#random.oneOf([0, 0, 0, 0, 0, -1, -1, -1, -2, 1, 3] as const)),
      retryWindow: this.#random.below(10) === 0 ? 0 : RETRY_WINDOW,
      idleLifetime: IDLE_LIFETIME,
    }
    return {
      title: `rotate ${JSON.stringify(rotation)}`,
      store: (store) => store.rotate(rotation),
      model: (model) => model.rotate(rotation, now),
    }
  }
}

/** The grants that a creation ended come in any order. */
function inOrder(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('displaced' in answer)) return answer
  return {
    ...answer,
    displaced: (answer.displaced as Grant[]).toSorted((one, other) => one.createdAt - other.createdAt),
  }
}

function outcomeOf(answer: unknown): string {
  if (Array.isArray(answer) && answer.length > 1) return 'several grants'
  return typeof answer === 'object' && answer !== null && 'outcome' in answer ? String(answer.outcome) : 'other'
}

afterEach(() => {
  vi.useRealTimers()
})

await onEveryStore(
  ({ store }) => {
    test(`does in ${STEPS} random acts what the model does (SEED=${SEED})`, { timeout: 120_000 }, async () => {
      vi.useFakeTimers({ toFake: ['Date'] })
      const model = new ModelGrantStore()
      const acts = new RandomActs(SEED)
      const seen: Record<string, number> = {}
      for (let step = 1; step <= STEPS; step++) {
        const act = acts.next(model)
        vi.setSystemTime(acts.now)
        const expected = inOrder(act.model(model))
        expect(inOrder(await act.store(store())), `step ${step} of SEED=${SEED}: ${act.title}`).toStrictEqual(expected)
        const what = outcomeOf(expected)
        seen[what] = (seen[what] ?? 0) + 1
      }
      for (const often of ['rotated', 'retried', 'reused', 'absent', 'created', 'refused', 'several grants']) {
        expect(seen[often], `${often}: SEED=${SEED}`).toBeGreaterThan(20)
      }
    })
  },
  () => true,
  { byDate: true, isContract: true },
)
