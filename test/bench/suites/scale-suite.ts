import type { BenchArguments } from '../arguments.js'
import { table } from '../measurement/table.js'
import { measureScale } from '../scale/measure-scale.js'
import type { Bulk, Latency, ScaleReport } from '../scale/scale-report.js'
import type { OpenedStore } from '../stores/opened-store.js'
import { openPostgresql } from '../stores/postgresql.js'
import { openRedis } from '../stores/redis.js'
import { openSqlite } from '../stores/sqlite.js'

const USUAL_GRANTS = 1_000_000

const places = new Map<string, () => Promise<OpenedStore>>([
  ['SQLite', () => openSqlite('off')],
  ['PostgreSQL', () => openPostgresql('off')],
  ['Redis', () => openRedis()],
])

const measures: readonly (readonly [string, (report: ScaleReport) => string])[] = [
  ['creations a second', ({ creations }) => creations.toFixed(0)],
  ['bytes a grant', ({ bytes }) => bytes.toFixed(0)],
  ['find, ms', ({ find }) => latency(find)],
  ['rotate, ms', ({ rotate }) => latency(rotate)],
  [
    'HOT updates of rotations',
    ({ hotUpdates }) => (hotUpdates === undefined ? '' : `${(100 * hotUpdates).toFixed(0)} %`),
  ],
  ['list of a few, ms', ({ list }) => latency(list)],
  ['list of the crowd, ms', ({ listCrowd }) => latency(listCrowd)],
  ['revoke, ms', ({ revoke }) => latency(revoke)],
  ['revokeAll of the crowd', ({ revokeAll }) => bulk(revokeAll)],
  ['prune', ({ prune }) => bulk(prune)],
]

/** What each act takes where a store holds very many grants. A tenth of them is of one subject, the crowd. */
export async function scaleSuite({ grants = USUAL_GRANTS, only }: BenchArguments): Promise<string> {
  const reports = new Map<string, ScaleReport>()
  const failures: string[] = []
  for (const [name, open] of places) {
    if (only !== undefined && !only.includes(name)) continue
    const started = performance.now()
    try {
      reports.set(name, await measured(open, grants))
    } catch (error) {
      failures.push(`${name} was not measured: ${String(error)}`) // the others took minutes, and are shown
    }
    process.stderr.write(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s\n`)
  }
  const rows = measures.map(([title, cell]) => [title, ...[...reports.values()].map(cell)])
  return `${[table([`${grants} grants`, ...reports.keys()], rows), ...failures].join('\n')}

Latencies are medians, and behind the slash the 99th percentile. Of acts on many grants: how many went, the seconds, and in
brackets the longest time for which the process could do nothing else, in ms. Redis removes expired grants by itself.`
}

async function measured(open: () => Promise<OpenedStore>, grants: number): Promise<ScaleReport> {
  const opened = await open()
  try {
    return await measureScale(opened, grants)
  } finally {
    await opened.close()
  }
}

function latency({ median, p99 }: Latency): string {
  return `${median.toFixed(2)} / ${p99.toFixed(2)}`
}

function bulk({ removed, seconds, longestBlock }: Bulk): string {
  return `${removed} in ${seconds.toFixed(1)} s (${longestBlock.toFixed(0)})`
}
