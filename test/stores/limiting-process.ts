import { limiter, type Limiter, type Reservation } from '../../lib/limits/limiter.js'
import { circuitBreaker } from '../../lib/limits/circuit-breaker.js'
import { openLimiterStores, type LimiterPlace, type OpenedLimiterStores } from './opened-limiter-stores.js'

/** What the process is told: where the counts are and how much is the limit; then so many attempts at once; then to give back. */
export type Told =
  | { readonly place: LimiterPlace; readonly limit: number }
  | { readonly key: string; readonly times: number }
  | { readonly giveBack: true }

/** What the process replies. A store that failed has counted for this process alone, so that no reply would be right. */
export type Reply = { readonly answer: unknown } | { readonly failure: string }

/** Milliseconds. Processes that write to one SQLite file wait for each other, on a busy machine for long. */
const STORE_TIMEOUT = 60_000

let opened: OpenedLimiterStores | undefined
let failure: string | undefined
let limits: Limiter | undefined
let held: Reservation[] = []

process.on('message', (told: Told) => {
  answer(told).then(
    (answered) => {
      reply(failure === undefined ? { answer: answered } : { failure })
    },
    (error: unknown) => {
      reply({ failure: String(error) })
    },
  )
})

function reply(message: Reply): void {
  process.send?.(message)
}

/** How many attempts were granted, where some were asked for. */
async function answer(told: Told): Promise<unknown> {
  if ('place' in told) return open(told.place, told.limit)
  if ('giveBack' in told) {
    await Promise.all(held.map(async (reservation) => reservation.giveBack()))
    held = []
    return 'given back'
  }
  const outcomes = await Promise.allSettled(Array.from({ length: told.times }, async () => limits?.reserve(told.key)))
  const granted = outcomes.flatMap((one) => (one.status === 'fulfilled' && one.value !== undefined ? [one.value] : []))
  held.push(...granted)
  return granted.length
}

async function open(place: LimiterPlace, limit: number): Promise<string> {
  await opened?.close()
  failure = undefined
  opened = await openLimiterStores(place)
  const onFailure = (error: unknown) => {
    failure ??= String(error)
  }
  const shared = { store: opened.make('user'), guard: circuitBreaker(STORE_TIMEOUT), onFailure }
  limits = limiter({ limit, window: 600, shared })
  return 'open'
}

process.on('disconnect', () => {
  void opened?.close()
})
