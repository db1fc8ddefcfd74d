import { table } from '../bench/measurement/table.js'
import type { Ledger } from './ledger.js'
import { RETRY_WINDOW_MS } from './soaked-application.js'

export interface Growth {
  readonly process: string
  /** Bytes after a full collection, at the beginning and at the end. */
  readonly first: number
  readonly last: number
}

export interface Outcome {
  readonly ledger: Ledger
  readonly clients: number
  readonly growths: readonly Growth[]
  /** What `onError` was called with, by its text: how often. */
  readonly errors: ReadonlyMap<string, number>
}

/** The table, and whether everything held. */
export function report({ ledger, clients, growths, errors }: Outcome): { text: string; isHeld: boolean } {
  const phases = [...ledger.phases]
  const sum = (count: (phase: (typeof phases)[number][1]) => number) =>
    phases.reduce((all, [, phase]) => all + count(phase), 0)
  const lost = ledger.losses.filter(({ isExpected }) => !isExpected)
  const late = ledger.losses.filter(({ isExpected }) => isExpected)
  const lostIn = (name: string) => String(lost.filter(({ phase }) => phase === name).length)
  const lateIn = (name: string) => String(late.filter(({ phase }) => phase === name).length)
  const rows = phases.map(([name, phase]) => [
    name,
    String(phase.times),
    phase.longest === 0 ? '' : (phase.longest / 1_000).toFixed(1),
    ...[phase.requests, phase.hung, phase.status500, phase.status503, phase.cutOff].map(String),
    lostIn(name),
    lateIn(name),
  ])
  const total = [
    'all',
    '',
    '',
    ...[
      sum(({ requests }) => requests),
      sum(({ hung }) => hung),
      sum(({ status500 }) => status500),
      sum(({ status503 }) => status503),
      sum(({ cutOff }) => cutOff),
      lost.length,
      late.length,
    ].map(String),
  ]
  const odd = phases.flatMap(([name, phase]) => [...phase.odd].map((sentence) => `${name}: ${sentence}`))
  const isHeld =
    lost.length === 0 &&
    ledger.revived === 0 &&
    odd.length === 0 &&
    sum(({ hung }) => hung) === 0 &&
    sum(({ status500 }) => status500) === 0
  const text = [
    table(
      ['while', 'times', 'longest, s', 'requests', 'hung', '500', '503', 'cut off', 'lost', 'lost late'],
      [...rows, total],
    ),
    '',
    `Sessions: ${clients}. Lost: ${lost.length}. Revoked and back again: ${ledger.revived}.`,
    `Lost late: ${late.length}. A refresh whose answer is lost can be repeated for ${RETRY_WINDOW_MS / 1_000} s; if a`,
    'store is away for longer than that, the next try counts as a replay and ends the session, as it should.',
    ...growths.map(
      ({ process, first, last }) => `Heap of ${process}: ${megabytes(first)} MB, at the end ${megabytes(last)} MB.`,
    ),
    ...odd.map((sentence) => `Odd: ${sentence}`),
    ...[...errors].slice(0, 10).map(([error, times]) => `onError, ${times} times: ${error}`),
    isHeld ? 'Everything held.' : 'NOT everything held.',
  ].join('\n')
  return { text, isHeld }
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}
