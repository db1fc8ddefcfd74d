import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchArguments } from '../arguments.js'
import { stormPassword, stormServers, type StormServerName } from '../candidates/storm-scenario.js'
import { HttpConnection, type Answer } from '../load/http-connection.js'
import { passwordRequestFromHome } from '../load/token-request.js'
import { ServerProcess } from '../measurement/server-process.js'
import { stagePackage, type StagedPackage } from '../measurement/staged-package.js'
import { median, quantile } from '../measurement/statistics.js'
import { table } from '../measurement/table.js'

/** Milliseconds between two questions of a probe. */
const PROBE_INTERVAL = 10

/** Logins before anything is measured. */
const WARM_UP = 50

/** Some 200 logins a second. */
const CROWD = 100
const CROWD_PAUSE = 500
const CROWD_SECONDS = 15

interface Storm {
  readonly loginsPerSecond: number
  /** Of the throughput of the hash without HTTP, as many at once as a gate lets through, right before and beside the same probes. */
  readonly shareOfHash: number
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
      for (const name of stormServers.map((one): StormServerName => `storm ${one}`)) {
        const server = await ServerProcess.start(node, staged, name)
        try {
          storms.set(name, [...(storms.get(name) ?? []), await oneStorm(server, args.logins)])
        } finally {
          await server.stop()
        }
      }
      process.stderr.write(`round ${round + 1} of ${args.rounds}\n`)
    }
    return `${stormTable(storms, args.logins)}\n\n${await turnedAway(node, staged)}`
  } finally {
    staged.remove()
  }
}

/** How soon those are told who find the line full, while there are more logins all the time than can be checked. */
async function turnedAway(node: string, staged: StagedPackage): Promise<string> {
  const server = await ServerProcess.start(node, staged, 'storm narrow')
  try {
    await loginsAtOnce(server, WARM_UP)
    const times: number[] = []
    const end = performance.now() + CROWD_SECONDS * 1000
    await Promise.all(
      Array.from({ length: CROWD }, async (_, index) => {
        await sleep((index * CROWD_PAUSE) / CROWD)
        while (performance.now() < end) {
          const begin = performance.now()
          const { status } = await sendAlone(server, passwordRequestFromHome(index, stormPassword))
          if (status === 503) times.push(performance.now() - begin)
          await sleep(CROWD_PAUSE)
        }
      }),
    )
    return `${CROWD} clients that come again after ${CROWD_PAUSE} ms, for ${CROWD_SECONDS} s, where 20 may wait: ${times.length} turned away by 503, half of them within ${quantile(times, 0.5).toFixed(1)} ms, 99 % within ${quantile(times, 0.99).toFixed(1)} ms, new connection included`
  } finally {
    await server.stop()
  }
}

async function oneStorm(server: ServerProcess, logins: number): Promise<Storm> {
  for (const path of ['/health', '/file', '/hashes/50/2']) await sendAlone(server, getRequest(path))
  await loginsAtOnce(server, WARM_UP)
  const { seconds: hashing } = await probed(server, () => sendAlone(server, getRequest(`/hashes/${logins}/2`)))
  const { result: answers, seconds, health, file } = await probed(server, () => loginsAtOnce(server, logins))
  const good = answers.filter(({ status }) => status === 200).length
  return {
    loginsPerSecond: good / seconds,
    shareOfHash: good / seconds / (logins / hashing),
    health,
    file,
    longestWait: seconds,
    statuses: counted(answers),
    peak: (await figure(server, '/peak', 'kilobytes')) * 1024,
  }
}

async function loginsAtOnce(server: ServerProcess, count: number): Promise<Answer[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => HttpConnection.open(server.port)))
  try {
    return await Promise.all(
      connections.map((connection, index) => connection.send(passwordRequestFromHome(index, stormPassword))),
    )
  } finally {
    for (const connection of connections) connection.close()
  }
}

/** On a connection of its own: the server closes one that has been silent for five seconds, and a storm lasts longer. */
async function sendAlone(server: ServerProcess, request: string | Buffer): Promise<Answer> {
  const connection = await HttpConnection.open(server.port)
  try {
    return await connection.send(request)
  } finally {
    connection.close()
  }
}

async function figure(server: ServerProcess, path: string, member: string): Promise<number> {
  const { body } = await sendAlone(server, getRequest(path))
  return (JSON.parse(body) as Record<string, number>)[member] ?? NaN // the boundary: our own server
}

/** How long the work took, and what two requests that have nothing to do with it waited meanwhile. */
async function probed<T>(server: ServerProcess, work: () => Promise<T>) {
  const probes = await Promise.all([HttpConnection.open(server.port), HttpConnection.open(server.port)] as const)
  try {
    let isOver = false
    const waits = Promise.all([
      latencies(probes[0], '/health', () => isOver),
      latencies(probes[1], '/file', () => isOver),
    ])
    const begin = performance.now()
    const result = await work()
    const seconds = (performance.now() - begin) / 1000
    isOver = true
    const [health, file] = await waits
    return { result, seconds, health, file }
  } finally {
    for (const probe of probes) probe.close()
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
    await sleep(PROBE_INTERVAL)
  }
  return times
}

function getRequest(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n`
}

function counted(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

function stormTable(storms: ReadonlyMap<StormServerName, readonly Storm[]>, logins: number): string {
  const bare = storms.get('storm bare') ?? []
  const shareOfBare = ({ loginsPerSecond }: Storm, round: number) =>
    loginsPerSecond / (bare[round]?.loginsPerSecond ?? NaN)
  const rows = [...storms].map(([name, rounds]) => {
    const p99 = (of: 'health' | 'file') =>
      quantile(
        rounds.flatMap((storm) => storm[of]),
        0.99,
      ).toFixed(1)
    return [
      name,
      median(rounds.map(({ loginsPerSecond }) => loginsPerSecond)).toFixed(0),
      percent(median(rounds.map(({ shareOfHash }) => shareOfHash))),
      percent(median(rounds.map(shareOfBare))),
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
    'of the hash alone',
    'of the bare login',
    'health p99 ms',
    'file p99 ms',
    'longest s',
    'most MB',
    'answers',
  ]
  return `${logins} logins at once, argon2id (19 MiB, 2 passes); medians of the rounds, probes of all of them together\n${table(heading, rows)}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
