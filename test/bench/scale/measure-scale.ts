import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { GrantStore } from '../../../dist/index.js'
import { sampleGrant } from '../../../dist/stores/contract/sample-grant.js'
import { median, quantile } from '../measurement/statistics.js'
import type { OpenedStore } from '../stores/opened-store.js'
import type { Bulk, Latency, ScaleReport } from './scale-report.js'

/** How often an act on one grant is measured, at most: not more often than for every twentieth grant. */
const SAMPLES = 2000
const GRANTS_OF_A_SUBJECT = 10
const CROWD = 'crowd'
/** What `oauth.grants.list` asks for. */
const LIST_LIMIT = 1000
/** Creations under way at once. */
const AT_ONCE = 64
const DAY = 86_400_000

/** Creates so many grants, four of ten expired where the store does not remove those by itself, and measures each act. */
export async function measureScale(opened: OpenedStore, grants: number): Promise<ScaleReport> {
  const emptyBytes = await opened.bytes()
  const { living, subjects, seconds } = await fill(opened, grants)
  const bytes = ((await opened.bytes()) - emptyBytes) / grants
  const store = await opened.durable()
  const samples = Math.min(SAMPLES, Math.ceil(grants / 20))
  const idAt = (index: number) => living[Math.floor((index / samples) * living.length)] ?? ''
  const find = await latency(samples, (index) => store.find(idAt(index)))
  const rotations: unknown[] = []
  const rotate = await latency(samples, async (index) => {
    const rotation = { id: idAt(index), clientId: 'web', generation: 0, retryWindow: 10_000, idleLifetime: 14 * DAY }
    rotations.push((await store.rotate(rotation)).outcome)
  })
  if (rotations.some((outcome) => outcome !== 'rotated')) throw new Error('A grant was not rotated.')
  return {
    creations: grants / seconds,
    bytes,
    find,
    rotate,
    hotUpdates: await opened.hotUpdates?.(samples),
    list: await latency(samples, (index) => store.list(subjects[index % subjects.length] ?? '', LIST_LIMIT)),
    listCrowd: await latency(20, () => store.list(CROWD, LIST_LIMIT)),
    revoke: await latency(samples, (index) => store.revoke(idAt(index))),
    revokeAll: await bulk(() => store.revokeAll(CROWD, { loginLifetime: DAY })),
    prune: await bulk(() => store.prune()),
  }
}

interface Filled {
  /** The ids of the living grants that are not of the crowd. */
  readonly living: readonly string[]
  readonly subjects: readonly string[]
  readonly seconds: number
}

async function fill({ store, removesExpired }: OpenedStore, grants: number): Promise<Filled> {
  const living: string[] = []
  const subjects = Array.from({ length: Math.ceil(grants / GRANTS_OF_A_SUBJECT) }, (_, index) => `user-${index}`)
  const now = Date.now()
  let next = 0
  const create = async () => {
    for (let index = next++; index < grants; index = next++) {
      // Of ten grants of a subject, spread over the time of filling, one is given to the crowd and four have expired.
      const role = (Math.floor(index / subjects.length) + index) % GRANTS_OF_A_SUBJECT
      const isOfCrowd = role === 0
      const isExpired = !isOfCrowd && role % 2 === 0 && !removesExpired
      const subject = isOfCrowd ? CROWD : (subjects[index % subjects.length] ?? '')
      const times = isExpired ? { createdAt: now - 40 * DAY, endsAt: now - DAY, expiresAt: now - DAY } : {}
      const grant = sampleGrant({ subject, userAgent: 'bench/1.0', address: '198.18.0.1', ...times })
      if (!isOfCrowd && !isExpired) living.push(grant.id)
      await store.create({ grant, age: 0, maxPerSubject: undefined })
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, create))
  return { living, subjects, seconds: (performance.now() - started) / 1000 }
}

async function latency(samples: number, act: (index: number) => unknown): Promise<Latency> {
  const times: number[] = []
  for (let index = 0; index < samples; index++) {
    const started = performance.now()
    await act(index)
    times.push(performance.now() - started)
  }
  return { median: median(times), p99: quantile(times, 0.99) }
}

async function bulk(act: () => ReturnType<GrantStore['prune']>): Promise<Bulk> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  const removed = await act()
  const seconds = (performance.now() - started) / 1000
  // The delay of an act that never let go is seen in the next turn.
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.disable()
  return { removed, seconds, longestBlock: delay.max / 1e6 }
}
