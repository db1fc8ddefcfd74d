import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Grant } from '../../lib/grant.js'
import type { Rotation, RotationResult } from '../../lib/grant-store.js'
import { keptGrant, listed, MINUTE, refresh, rotated, rotatedLongAgo } from '../../lib/stores/contract/sample-grant.js'
import { program } from '../program.js'
import { onEveryStore } from './on-every-store.js'
import type { Told } from './rotating-process.js'

const AT_ONCE = 50
const ROUNDS = 10

const { file: PROGRAM, nodeArguments } = program('test/stores/rotating-process.ts')
/** A minute behind and ahead: nobody may notice. */
const SKEWS = [0, 0, -MINUTE, MINUTE] as const
const processes = SKEWS.map((skew) => fork(PROGRAM, { execArgv: [...nodeArguments, '--import', clockAhead(skew)] }))

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
      const times = (index: number) => Math.floor((AT_ONCE + index) / SKEWS.length)
      const told = processes.map((child, index) => answer(child, { rotation, times: times(index) }))
      return (await Promise.all(told)).flat() as RotationResult[]
    }

    test(`keeps one lineage when ${SKEWS.length} processes, some with wrong clocks, present one generation ${AT_ONCE} times at once`, async () => {
      const grant = await keptGrant(store())
      for (let generation = 0; generation < ROUNDS; generation++) {
        const results = await rotateEverywhere(refresh(grant, generation))
        expect(outcomes(results)).toEqual({ rotated: 1, retried: AT_ONCE - 1 })
        const [first, ...others] = results.sort((one, other) => (one.outcome > other.outcome ? -1 : 1))
        const after = first && rotated(first, grant, generation + 1)
        for (const result of others) expect(grantOf(result)).toEqual(after)
      }
      expect(await listed(store(), grant.subject)).toMatchObject([{ id: grant.id, generation: ROUNDS }])

      const old = await rotatedLongAgo(store(), 2 * MINUTE)
      expect(outcomes(await rotateEverywhere(refresh(old, 0)))).toEqual({ reused: 1, absent: AT_ONCE - 1 })
      expect(await store().find(old.id)).toBeUndefined()
    })
  },
  (kind) => kind !== 'memory',
)

/** A module that sets the clock of a process. */
function clockAhead(skew: number): string {
  return `data:text/javascript,const { now } = Date; Date.now = () => now() + (${skew})`
}

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
