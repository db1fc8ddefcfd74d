import { median, quantile } from './statistics.js'
import { table } from './table.js'
import type { Candidate, Slice } from './throughput.js'

/** Medians, and each candidate's CPU time relative to the base's of the same pass. */
export function throughputTable(slices: ReadonlyMap<Candidate, readonly Slice[]>, base: Candidate): string {
  const baseSlices = slices.get(base) ?? []
  const rows = [...slices].map(([candidate, own]) => {
    const ratios = own.map((slice, pass) => slice.cpuPerRequest / (baseSlices[pass]?.cpuPerRequest ?? NaN))
    const middle = median(ratios)
    return {
      middle,
      cells: [
        candidate.label,
        median(own.map((slice) => slice.requestsPerSecond)).toFixed(0),
        median(own.map((slice) => slice.cpuPerRequest)).toFixed(1),
        middle.toFixed(2),
        `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
        `${(median(own.map((slice) => slice.busy)) * 100).toFixed(0)} %`,
      ],
    }
  })
  return table(
    ['candidate', 'requests/s', 'CPU µs/request', `CPU to ${base.label}`, 'half of the passes', 'core busy'],
    rows.toSorted((a, b) => a.middle - b.middle).map((row) => row.cells),
  )
}
