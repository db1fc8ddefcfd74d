import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../stores/free-port.js'
import { ownPostgres } from '../stores/own-postgres.js'
import { ownRedis } from '../stores/own-redis.js'
import type { SoakArguments } from './arguments.js'
import { Caller } from './caller.js'
import { faults } from './faults.js'
import { HonestClient } from './honest-client.js'
import { Ledger } from './ledger.js'
import type { Outcome } from './report.js'
import { SoakedServer } from './soaked-server.js'

const WARM_UP_MS = 10_000
/** What a fault has left is over by then. */
const AFTERMATH_MS = 3_000
const CALM_MS = 4_000
const CALM = 'calm'

type Undo = () => Promise<void>

/** Runs the faults under load, and puts away all that it has started. */
export async function soak(args: SoakArguments, signal: AbortSignal): Promise<Outcome> {
  const undos: Undo[] = []
  try {
    return await soakWith(args, signal, undos)
  } finally {
    for (const undo of undos.reverse()) await undo().catch(console.error)
  }
}

async function soakWith(
  { minutes, clients, grants }: SoakArguments,
  signal: AbortSignal,
  undos: Undo[],
): Promise<Outcome> {
  const postgres = await ownPostgres()
  if (postgres === undefined) throw new Error('PostgreSQL must be installed: apt-get install postgresql')
  undos.push(() => postgres.remove())
  const redis = await ownRedis()
  if (redis === undefined) throw new Error('Redis must be installed: apt-get install redis-server')
  undos.push(() => redis.remove())
  const place = { postgresUrl: postgres.url, redisUrl: redis.url, grants }
  const server = new SoakedServer({ ...place, port: await freePort() })
  const survivor = new SoakedServer({ ...place, port: await freePort() })
  undos.push(
    () => server.stop('SIGKILL'),
    () => survivor.stop('SIGKILL'),
  )
  await survivor.start()
  await server.start()

  const ledger = new Ledger()
  ledger.enter(CALM)
  const load = { isOver: false }
  const urls = [server.url, survivor.url]
  const lives = Promise.all(
    Array.from({ length: clients }, (_, number) =>
      new HonestClient(new Caller(urls, ledger, `192.0.2.${number}`), ledger, `user-${number}`).live(() => load.isOver),
    ),
  )
  await sleep(WARM_UP_MS, undefined, { signal })
  const until = Date.now() + minutes * 60_000
  try {
    for (let turn = 0; Date.now() < until; turn += 1) {
      const fault = faults[turn % faults.length]
      if (fault === undefined) break
      ledger.enter(fault.name)
      const start = performance.now()
      await fault.strike({ server, postgres, redis })
      ledger.noteFault(start, performance.now(), fault)
      await sleep(AFTERMATH_MS, undefined, { signal })
      ledger.enter(CALM)
      await sleep(CALM_MS, undefined, { signal })
      await Promise.all([server.noteHeap(), survivor.noteHeap()])
    }
  } finally {
    load.isOver = true
  }
  await lives
  const growths = [
    await survivor.growth('the process that lived through all'),
    await server.growth('the other, since its last start'),
  ]
  return { ledger, clients, growths, errors: sums(survivor.errors, server.errors) }
}

function sums(...counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>()
  for (const [text, times] of counts.flatMap((each) => [...each])) all.set(text, (all.get(text) ?? 0) + times)
  return all
}
