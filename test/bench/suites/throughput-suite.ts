import { resolve } from 'node:path'
import type { BenchArguments } from '../arguments.js'
import { stagePackage } from '../measurement/staged-package.js'
import { measureThroughput, type Candidate } from '../measurement/throughput.js'
import { throughputTable } from '../measurement/throughput-table.js'

/** Measures candidates beside a base, and answers the table. */
export async function throughputSuite(
  all: readonly Candidate[],
  base: Candidate,
  node: string,
  args: BenchArguments,
): Promise<string> {
  const chosen = all.filter((candidate) => candidate === base || isChosen(candidate, args.only))
  const staged = stagePackage()
  try {
    const slices = await measureThroughput(chosen, {
      node,
      staged,
      rounds: args.rounds,
      slicesPerRound: args.passes,
      sliceSeconds: args.slice,
      warmUpSeconds: args.warmUp,
      connections: args.connections,
      nodeOptions: args.cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(args.cpuProfiles)}`],
      progress: (text) => {
        process.stderr.write(`${text}\n`)
      },
    })
    return throughputTable(slices, base)
  } finally {
    staged.remove()
  }
}

/** By the whole label, by its first word or by the name of the server. */
function isChosen({ label, server }: Candidate, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((name) => name === label || name === server || name === label.split(' (')[0])
}
