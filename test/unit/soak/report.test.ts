import { expect, test } from 'vitest'
import { Ledger } from '../../soak/ledger.js'
import { report } from '../../soak/report.js'

function reportOn(disturb: (ledger: Ledger) => void = () => undefined) {
  const ledger = new Ledger()
  ledger.enter('calm')
  ledger.phase().requests += 7
  disturb(ledger)
  const growths = [{ process: 'a process', first: 25_000_000, last: 26_000_000 }]
  return report({ ledger, clients: 1, growths, errors: new Map() })
}

test('The soak holds if nothing was lost, hung or answered with a 500.', () => {
  const { text, isHeld } = reportOn(({ losses, phases }) => {
    losses.push({ phase: 'calm', after: 9_000, isExpected: true })
    for (const phase of phases.values()) {
      phase.status503 += 3
      phase.cutOff += 2
    }
  })
  expect(isHeld).toBe(true)
  expect(text).toMatch(/^calm +1 +7 +0 +0 +3 +2 +0 +1$/m)
  expect(text).toContain('Heap of a process: 25.0 MB, at the end 26.0 MB.')
})

test.each<[string, (ledger: Ledger) => void]>([
  ['a lost session', ({ losses }) => losses.push({ phase: 'calm', after: 100, isExpected: false })],
  ['a request that hung', (ledger) => (ledger.phase().hung += 1)],
  ['a 500', (ledger) => (ledger.phase().status500 += 1)],
  ['a revoked session that came back', (ledger) => (ledger.revived += 1)],
  ['an answer that nobody should get', (ledger) => ledger.phase().odd.add('a right login was answered 400')],
])('The soak does not hold after %s.', (_, disturb) => {
  expect(reportOn(disturb).isHeld).toBe(false)
})
