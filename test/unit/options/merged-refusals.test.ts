import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mergedRefusals, type Refusal } from '../../../lib/options/merged-refusals.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function refusal(more: Partial<Extract<Refusal, { type: 'login_refused' }>> = {}): Refusal {
  const requestId = String(Math.random())
  const origin = {
    time: Date.now(),
    issuer: 'https://issuer',
    requestId,
    address: '192.0.2.1',
    endUserAddress: '192.0.2.1',
  }
  const login = { type: 'login_refused', reason: 'wrong_credentials', code: 'invalid_grant', clientId: 'web' } as const
  return { ...login, userKey: 'alice', count: 1, ...origin, ...more }
}

function newMerge() {
  const told: Refusal[] = []
  const refuse = mergedRefusals((event) => told.push(event))
  return { told, refuse, counts: () => told.reduce((all, { count }) => all + count, 0) }
}

test('Thousands in ten seconds are twenty examples a second and one event for the others, and no count is lost.', () => {
  const { told, refuse, counts } = newMerge()
  for (let second = 0; second < 10; second++) {
    for (let time = 0; time < 1000; time++) refuse(refusal())
    vi.advanceTimersByTime(1000)
  }
  expect(counts()).toBe(10_000)
  expect(told).toHaveLength(10 * 21)
  expect(told.slice(0, 21).map(({ count }) => count)).toEqual([...Array.from({ length: 20 }, () => 1), 980])
  expect(vi.getTimerCount()).toBe(0)
})

test('A merged event keeps the user and the address that all have in common, and no other.', () => {
  const { told, refuse } = newMerge()
  for (let time = 0; time < 20; time++) refuse(refusal())
  for (let index = 0; index < 3; index++) refuse(refusal({ endUserAddress: `192.0.2.${index}` }))
  vi.advanceTimersByTime(1000)
  expect(told.at(-1)).toMatchObject({
    count: 3,
    clientId: 'web',
    userKey: 'alice',
    address: '192.0.2.1',
    endUserAddress: undefined,
    requestId: undefined,
  })
})

test('A flood of one kind leaves the events of the other clients and reasons single and at once.', () => {
  const { told, refuse } = newMerge()
  for (let time = 0; time < 500; time++) refuse(refusal())
  expect(told).toHaveLength(20)
  const others = [refusal({ clientId: 'other' }), refusal({ clientId: undefined }), refusal({ reason: 'stopped' })]
  for (const other of others) refuse(other)
  expect(told.slice(20)).toEqual(others)
})

test('As many as twenty in a second are single, and the next second begins anew without a timer.', () => {
  const { told, refuse } = newMerge()
  for (let second = 0; second < 3; second++) {
    for (let time = 0; time < 20; time++) refuse(refusal())
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1000)
  }
  expect(told.map(({ count }) => count)).toEqual(Array.from({ length: 60 }, () => 1))
})

test.each(['', 'process.exit()'])(
  'What is pending is told when the process ends, and keeps no process (%j).',
  (end) => {
    const program = `
    import { mergedRefusals } from './dist/options/merged-refusals.js'
    import { shedReport } from './dist/admission/shed-report.js'
    let counts = 0
    const refuse = mergedRefusals(({ count }) => { counts += count })
    const shed = shedReport((reason, count) => { counts += count })
    for (let time = 0; time < 1000; time++) { refuse({ type: 'client_refused', count: 1 }); shed('full') }
    process.on('exit', () => console.log(counts))
    ${end}`
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
    expect(output).toBe('2000\n')
  },
)
