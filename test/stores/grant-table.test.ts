import { expect, test } from 'vitest'
import { sampleGrant } from '../../lib/stores/contract/sample-grant.js'
import { GrantTable } from '../../lib/stores/grant-table.js'

test('GrantTable uses the slots of removed grants again', () => {
  const table = new GrantTable()
  for (let i = 0; i < 5000; i++) table.remove(table.add(sampleGrant({ address: '192.0.2.1' })))
  expect(table.slots).toBe(1)
  expect(table.grant(0)).toBeUndefined()
  expect(table.expiresAt(0)).toBe(Infinity)
  const grant = sampleGrant()
  expect(table.grant(table.add(grant))).toEqual(grant)
})

test('GrantTable keeps as many grants as there are, each in a slot of its own', () => {
  const table = new GrantTable()
  const grants = Array.from({ length: 5000 }, (_, i) => sampleGrant({ generation: i, userAgent: `agent ${i % 1500}` }))
  const slots = grants.map((grant) => table.add(grant))
  expect(new Set(slots).size).toBe(5000)
  for (const [i, slot] of slots.entries()) expect(table.grant(slot)).toEqual(grants[i])
})
