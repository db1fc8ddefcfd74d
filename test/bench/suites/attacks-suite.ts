import { attacks, FULL_SCALE } from '../../attacks/attack.js'
import { attackedServers } from '../../attacks/attacked-servers.js'
import { carryOut } from '../../attacks/carry-out.js'
import { freshName, removePlace, type StorePlace } from '../../stores/opened-store.js'
import type { BenchArguments } from '../arguments.js'
import { table } from '../measurement/table.js'

const PROCESSES = 4

const HEADING = ['attack', 'processes', 'guesses', 'reached', 'bound', 'victim at home', 'victim elsewhere', 'seconds']

/**
 * What the default limits make of attacks, over one process and over four that share Redis. All guesses come within one
 * window of every limit.
 */
export async function attacksSuite({ guesses }: BenchArguments): Promise<string> {
  const servers = attackedServers(PROCESSES)
  const rows: string[][] = []
  try {
    for (const attack of attacks({ ...FULL_SCALE, guesses })) {
      for (const processes of [1, PROCESSES]) {
        const place = processes === 1 ? ({ kind: 'memory' } as const) : redisPlace()
        const ports = await servers.serve(processes, {
          place,
          limits: {},
          isCollated: attack.isCollated === true,
          verifyMs: 0,
        })
        const { reached, victim, seconds } = await carryOut(servers, ports, attack)
        await removePlace(place)
        const numbers = [processes, attack.guesses, reached, attack.bound].map(String)
        const row = [attack.name, ...numbers, yesOrNo(victim.home), yesOrNo(victim.elsewhere), seconds.toFixed(1)]
        rows.push(row)
        process.stderr.write(`${row.join(' | ')}\n`)
      }
    }
  } finally {
    servers.end()
  }
  return table(HEADING, rows)
}

function redisPlace(): StorePlace {
  const url = process.env['BENCH_REDIS_URL'] ?? 'redis://127.0.0.1:6379/9'
  return { kind: 'redis', driver: 'redis', url, prefix: `${freshName()}:` }
}

function yesOrNo(can: boolean): string {
  return can ? 'yes' : 'no'
}
