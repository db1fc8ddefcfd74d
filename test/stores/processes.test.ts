import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Grant } from '../../lib/grant.js'
import type { Rotation, RotationResult } from '../../lib/grant-store.js'
import { keptGrant, NOW, refresh, RETRY_WINDOW, rotated } from '../../lib/stores/contract/sample-grant.js'
import { onEveryStore } from './on-every-store.js'
import type { Told } from './rotating-process.js'

const PROCESSES = 4
const AT_ONCE = 50
const ROUNDS = 10

const PROGRAM = fileURLToPath(new URL('rotating-process.ts', import.meta.url))
const processes = Array.from({ length: PROCESSES }, () => fork(PROGRAM, { execArgv: ['--import', 'tsx'] }))

afterAll(() => {
  for (const child of processes) child.disconnect()
})

await onEveryStore(
  ({ place, store }) => {
    beforeAll(async () => {
      await Promise.all(processes.map((child) => answer(child, { place })))
    })

    /** The results of one rotation, asked for {@link AT_ONCE} times by all processes together. */
    async function rotateEverywhere(rotation: Rotation): Promise<RotationResult[]> {
      const times = (index: number) => Math.floor((AT_ONCE + index) / PROCESSES)
      const told = processes.map((child, index) => answer(child, { rotation, times: times(index) }))
      return (await Promise.all(told)).flat() as RotationResult[]
    }

    test(`keeps one lineage when ${PROCESSES} processes present one generation ${AT_ONCE} times at once`, async () => {
      const grant = await keptGrant(store())
      let now = NOW
      for (let generation = 0; generation < ROUNDS; generation++) {
        now += RETRY_WINDOW
        const results = await rotateEverywhere(refresh(grant, generation, now))
        expect(outcomes(results)).toEqual({ rotated: 1, retried: AT_ONCE - 1 })
        for (const result of results) expect(grantOf(result)).toEqual(rotated(grant, generation + 1, now))
      }
      expect(await store().list(grant.subject, now)).toEqual([rotated(grant, ROUNDS, now)])

      const late = await rotateEverywhere(refresh(grant, ROUNDS - 1, now + RETRY_WINDOW + 1))
      expect(outcomes(late)).toEqual({ reused: 1, absent: AT_ONCE - 1 })
      expect(await store().find(grant.id, now)).toBeUndefined()
    })
  },
  (kind) => kind !== 'memory',
)

async function answer(child: ChildProcess, told: Told): Promise<unknown> {
  const answered = once(child, 'message')
  child.send(told)
  const [message] = (await answered) as unknown[]
  return message
}

function outcomes(results: readonly RotationResult[]): Partial<Record<RotationResult['outcome'], number>> {
  const count: Partial<Record<RotationResult['outcome'], number>> = {}
  for (const { outcome } of results) count[outcome] = (count[outcome] ?? 0) + 1
  return count
}

function grantOf(result: RotationResult): Grant | undefined {
  return result.outcome === 'absent' ? undefined : result.grant
}
