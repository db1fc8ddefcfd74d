import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limiter } from '../../../lib/limits/limiter.js'
import { patiently, type AwaitedReservation } from '../../../lib/limits/patient-limiter.js'

const reserveOf = (limit: number) => patiently(limiter({ limit, window: 600 }))

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('Attempts over the limit wait for those under way, in their order, and go on as these are given back.', async () => {
  const reserve = reserveOf(2)
  const order: number[] = []
  const attempts = Array.from({ length: 20 }, async (_, index) => {
    const reservation = await reserve('address')
    order.push(index)
    await vi.advanceTimersByTimeAsync(1)
    await reservation.giveBack()
  })
  await Promise.all(attempts)
  expect(order).toEqual([...order].sort((one, other) => one - other))
  expect(order).toHaveLength(20)
})

test('Attempts over the limit are refused once those under way have failed, all of them, and none is left waiting.', async () => {
  const reserve = reserveOf(2)
  const held: AwaitedReservation[] = [await reserve('address'), await reserve('address')]
  const waiting = Promise.allSettled(Array.from({ length: 10 }, () => reserve('address')))
  for (const reservation of held) reservation.settle()
  expect((await waiting).map(({ status }) => status)).toEqual(Array(10).fill('rejected'))
  await expect(reserve('address')).rejects.toMatchObject({ status: 429 })
  await expect(reserve('another')).resolves.toBeDefined()
})

test('An attempt that is over twice lets one other go on and not two.', async () => {
  const reserve = reserveOf(1)
  const first = await reserve('address')
  let granted = 0
  const others = Promise.allSettled([1, 2].map(() => reserve('address').then(() => (granted += 1))))
  await first.giveBack()
  first.settle()
  await vi.advanceTimersByTimeAsync(100)
  expect(granted).toBe(1)
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await others).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('Nobody waits for longer than ten seconds for an attempt that is never over.', async () => {
  const reserve = reserveOf(1)
  await reserve('address')
  const refused = expect(reserve('address')).rejects.toMatchObject({ status: 429 })
  await vi.advanceTimersByTimeAsync(10_000)
  await refused
})
