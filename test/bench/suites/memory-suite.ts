import type { BenchArguments } from '../arguments.js'
import type { ServerName } from '../candidates/servers.js'
import { measureServerMemory } from '../measurement/server-memory.js'
import { stagePackage, type StagedPackage } from '../measurement/staged-package.js'
import { table } from '../measurement/table.js'
import { measureKeeper } from '../memory/keeper-process.js'
import type { KeeperReport, Kept } from '../memory/keeper-report.js'
import { isKeeperName, keepers } from '../memory/keepers.js'

const USUAL_GRANTS = 100_000

const overHttp: readonly ServerName[] = ['ours', 'jmondi', 'node-oauth', 'oauth2orize']

/** What is kept for each login: after the logins, and after each was refreshed so often. Nobody prunes meanwhile. */
export async function memorySuite(node: string, args: BenchArguments): Promise<string> {
  const { grants = USUAL_GRANTS } = args
  const staged = stagePackage()
  try {
    const stored = await rowsOf(Object.keys(keepers).filter(isKeeperName), args, (name) =>
      measureKeeper(node, staged, name, grants, args.refreshes),
    )
    const alone = `${grants} logins, the store alone\n${table(heading(args), stored)}`
    if (args.httpGrants === 0) return alone
    const served = await rowsOf(overHttp, args, (name) => measureOverHttp(node, staged, name, args))
    return `${alone}\n\n${args.httpGrants} logins over HTTP, the whole server\n${table(heading(args), served)}`
  } finally {
    staged.remove()
  }
}

function measureOverHttp(
  node: string,
  staged: StagedPackage,
  name: ServerName,
  { httpGrants, refreshes, connections }: BenchArguments,
): Promise<KeeperReport> {
  return measureServerMemory(node, staged, name, { logins: httpGrants, refreshes, connections })
}

async function rowsOf<Name extends string>(
  names: readonly Name[],
  { only }: BenchArguments,
  measure: (name: Name) => Promise<KeeperReport | 'out of memory'>,
): Promise<string[][]> {
  const rows: string[][] = []
  for (const name of names.filter((each) => only === undefined || only.includes(each))) {
    const start = performance.now()
    const report = await measure(name)
    process.stderr.write(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s\n`)
    rows.push(
      report === 'out of memory'
        ? [name, report]
        : [name, ...cells(report.afterLogins), ...cells(report.afterRefreshes)],
    )
  }
  return rows
}

function heading({ refreshes }: BenchArguments): string[] {
  const places = ['heap', 'resident', 'outside']
  return ['bytes a login', ...places, ...places.map((place) => `${place}, refreshed ${refreshes} times`)]
}

function cells({ heap, resident, outside }: Kept): string[] {
  return [heap.toFixed(0), resident.toFixed(0), outside?.toFixed(0) ?? '']
}
