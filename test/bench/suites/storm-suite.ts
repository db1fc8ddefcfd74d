import type { BenchArguments } from '../arguments.js'
import { stormNames, stormPassword, type StormServerName } from '../candidates/storm-scenario.js'
import { HttpConnection, type Answer } from '../load/http-connection.js'
import { passwordRequestFromHome } from '../load/token-request.js'
import { ServerProcess } from '../measurement/server-process.js'
import { stagePackage } from '../measurement/staged-package.js'
import { median, quantile } from '../measurement/statistics.js'
import { table } from '../measurement/table.js'

/** Milliseconds between two questions of a probe. */
const PROBE_INTERVAL = 5

interface Storm {
  readonly loginsPerSecond: number
  /** Of the throughput of the bare hash, as many at once as a gate lets through, right before. */
  readonly shareOfBare: number
  /** Milliseconds, of both probes. */
  readonly health: readonly number[]
  readonly file: readonly number[]
  /** Seconds. */
  readonly longestWait: number
  readonly statuses: Readonly<Record<number, number>>
  /** Bytes of memory at its most. */
  readonly peak: number
}

/** So many logins at once with real argon2id, beside two routes that have nothing to do with them. */
export async function stormSuite(node: string, args: BenchArguments): Promise<string> {
  const staged = stagePackage()
  const storms = new Map<StormServerName, Storm[]>()
  try {
    for (let round = 0; round < args.rounds; round++) {
      for (const name of stormNames.map((one): StormServerName => `storm ${one}`)) {
        const server = await ServerProcess.start(node, staged, name)
        try {
          storms.set(name, [...(storms.get(name) ?? []), await oneStorm(server, args.logins)])
        } finally {
          await server.stop()
        }
      }
      process.stderr.write(`round ${round + 1} of ${args.rounds}\n`)
    }
  } finally {
    staged.remove()
  }
  return stormTable(storms, args.logins)
}

async function oneStorm(server: ServerProcess, logins: number): Promise<Storm> {
  const control = await HttpConnection.open(server.port)
  try {
    for (const path of ['/health', '/file']) await control.send(getRequest(path))
    await control.send(passwordRequestFromHome(0, stormPassword))
    await control.send(getRequest('/hashes/50/2'))
    const bare = (await json(control, `/hashes/${logins}/2`))['seconds'] ?? NaN
    // Opened only now: the server closes a connection that says nothing for a minute.
    const storm = await underStorm(server, logins)
    const good = storm.answers.filter(({ status }) => status === 200).length
    return {
      loginsPerSecond: good / storm.seconds,
      shareOfBare: good / storm.seconds / (logins / bare),
      health: storm.health,
      file: storm.file,
      longestWait: storm.seconds,
      statuses: counted(storm.answers),
      peak: ((await json(control, '/peak'))['kilobytes'] ?? NaN) * 1024,
    }
  } finally {
    control.close()
  }
}

/** The storm itself, and what the probes saw meanwhile. */
async function underStorm(server: ServerProcess, logins: number) {
  const open = (count: number) => Promise.all(Array.from({ length: count }, () => HttpConnection.open(server.port)))
  const probes = await open(2)
  const connections = await open(logins)
  try {
    let isOver = false
    const probed = Promise.all(
      probes.map((probe, index) => latencies(probe, index === 0 ? '/health' : '/file', () => isOver)),
    )
    const begin = performance.now()
    const answers = await Promise.all(
      connections.map((connection, index) => connection.send(passwordRequestFromHome(index, stormPassword))),
    )
    const seconds = (performance.now() - begin) / 1000
    isOver = true
    const [health = [], file = []] = await probed
    return { answers, seconds, health, file }
  } finally {
    for (const connection of [...probes, ...connections]) connection.close()
  }
}

/** Asks again and again until it is over. */
async function latencies(connection: HttpConnection, path: string, isOver: () => boolean): Promise<number[]> {
  const times: number[] = []
  while (!isOver()) {
    const begin = performance.now()
    const { status } = await connection.send(getRequest(path))
    if (status !== 200) throw new Error(`${path}: ${status}`)
    times.push(performance.now() - begin)
    await new Promise((resolve) => setTimeout(resolve, PROBE_INTERVAL))
  }
  return times
}

function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`
}

async function json(connection: HttpConnection, path: string): Promise<Record<string, number>> {
  return JSON.parse((await connection.send(getRequest(path))).body) as Record<string, number> // the boundary: our own server
}

function counted(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function stormTable(storms: ReadonlyMap<StormServerName, readonly Storm[]>, logins: number): string {
  const rows = [...storms].map(([name, rounds]) => {
    const p99 = (of: 'health' | 'file') =>
      quantile(
        rounds.flatMap((storm) => storm[of]),
        0.99,
      ).toFixed(1)
    return [
      name,
      median(rounds.map(({ loginsPerSecond }) => loginsPerSecond)).toFixed(0),
      `${(median(rounds.map(({ shareOfBare }) => shareOfBare)) * 100).toFixed(1)} %`,
      p99('health'),
      p99('file'),
      Math.max(...rounds.map(({ longestWait }) => longestWait)).toFixed(1),
      (Math.max(...rounds.map(({ peak }) => peak)) / 1e6).toFixed(0),
      [...new Set(rounds.map(({ statuses }) => JSON.stringify(statuses).replaceAll('"', '')))].join(' '),
    ]
  })
  const heading = [
    'server',
    'logins/s',
    'of the bare hash',
    'health p99 ms',
    'file p99 ms',
    'longest s',
    'most MB',
    'answers',
  ]
  return `${logins} logins at once, argon2id (19 MiB, 2 passes); medians of the rounds, probes of all of them together\n${table(heading, rows)}`
}
