import { guardAlgorithms, type GuardAlgorithm } from '../candidates/guard-keys.js'
import { guardNames } from '../candidates/guard-scenario.js'
import { guardWorkload } from '../load/guard-workload.js'
import type { Candidate } from '../measurement/throughput.js'

export interface GuardCase {
  readonly title: string
  readonly base: Candidate
  readonly candidates: readonly Candidate[]
}

/** A guarded route behind each guard, with each algorithm, for the same token repeated and for all different ones. */
export const guardCases: readonly GuardCase[] = guardAlgorithms.flatMap((algorithm) =>
  (['same', 'different'] as const).map((tokens) => guardCase(algorithm, tokens)),
)

function guardCase(algorithm: GuardAlgorithm, tokens: 'same' | 'different'): GuardCase {
  const candidates = guardNames.map((name): Candidate => ({
    label: name,
    server: `guard ${name} ${algorithm}`,
    workload: () => guardWorkload(algorithm, tokens),
  }))
  const [base] = candidates
  if (base === undefined) throw new Error('there are no guards')
  const title = `${algorithm}, ${tokens === 'same' ? 'the same token' : 'all different tokens'}`
  return { title, base, candidates }
}
