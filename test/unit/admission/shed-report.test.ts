import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { shedReport } from '../../../lib/admission/shed-report.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('The first is told at once, a storm once a second, and the numbers add up to every one.', () => {
  const told: [string, number][] = []
  const shed = shedReport((reason, count) => told.push([reason, count]))
  shed('full')
  expect(told).toEqual([['full', 1]])
  for (let time = 0; time < 500; time++) shed(time % 5 === 0 ? 'gone' : 'full')
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(1000)
  expect(told.slice(1)).toEqual([
    ['gone', 100],
    ['full', 400],
  ])
  shed('waited')
  vi.advanceTimersByTime(5000)
  expect(told.slice(3)).toEqual([['waited', 1]])
  expect(vi.getTimerCount()).toBe(0)
  shed('full')
  expect(told.slice(4)).toEqual([['full', 1]])
})
