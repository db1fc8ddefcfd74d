import type { BenchArguments } from '../arguments.js'
import { makeGuardKeys } from '../candidates/guard-keys.js'
import { guardCases } from './guard-candidates.js'
import { throughputSuite } from './throughput-suite.js'

/** A table for each algorithm and kind of load. */
export async function guardSuite(node: string, args: BenchArguments): Promise<string> {
  makeGuardKeys()
  const tables: string[] = []
  for (const { title, base, candidates } of guardCases) {
    process.stderr.write(`${title}\n`)
    tables.push(`${title}\n${await throughputSuite(candidates, base, node, args)}`)
  }
  return tables.join('\n\n')
}
