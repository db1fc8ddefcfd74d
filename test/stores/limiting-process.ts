import { limiter, type Limiter, type Reservation } from '../../lib/limits/limiter.js'
import { storeGuard } from '../../lib/limits/store-guard.js'
import { openLimiterStores, type LimiterPlace, type OpenedLimiterStores } from './opened-limiter-stores.js'

/** What the process is told: where the counts are and how much is the limit; then so many attempts at once; then to give back. */
export type Told =
  | { readonly place: LimiterPlace; readonly limit: number }
  | { readonly key: string; readonly times: number }
  | { readonly giveBack: true }

let opened: OpenedLimiterStores | undefined
let limits: Limiter | undefined
let held: Reservation[] = []

process.on('message', (told: Told) => {
  void answer(told).then((message) => process.send?.(message))
})

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
  opened = await openLimiterStores(place)
  const onFailure = (error: unknown) => {
    process.send?.(String(error))
  }
  const shared = { store: opened.make('user'), guard: storeGuard(20_000), onFailure }
  limits = limiter({ limit, window: 600, shared })
  return 'open'
}

process.on('disconnect', () => {
  void opened?.close()
})
