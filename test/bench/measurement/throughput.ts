import type { ServerName } from '../candidates/servers.js'
import { drive } from '../load/drive.js'
import { HttpConnection } from '../load/http-connection.js'
import type { Workload } from '../load/workload.js'
import { probe } from './probe.js'
import { ServerProcess } from './server-process.js'
import type { StagedPackage } from './staged-package.js'

/** One row of a table of speed. */
export interface Candidate {
  readonly label: string
  readonly server: ServerName
  readonly workload: () => Workload
}

export interface Slice {
  readonly requestsPerSecond: number
  readonly cpuPerRequest: number
  /** The share of one core that the server had. */
  readonly busy: number
}

export interface ThroughputOptions {
  readonly node: string
  readonly staged: StagedPackage
  readonly rounds: number
  readonly slicesPerRound: number
  readonly sliceSeconds: number
  readonly warmUpSeconds: number
  readonly connections: number
  /** For the servers' node. */
  readonly nodeOptions: readonly string[]
  readonly progress: (text: string) => void
}

/**
 * The candidates' slices, in passes: slice `n` of every candidate was measured in the same pass, within seconds of each
 * other. Each round starts every candidate in a fresh process and warms it up; then they take turns.
 */
export async function measureThroughput(
  candidates: readonly Candidate[],
  options: ThroughputOptions,
): Promise<Map<Candidate, Slice[]>> {
  const slices = new Map<Candidate, Slice[]>(candidates.map((candidate) => [candidate, []]))
  for (let round = 0; round < options.rounds; round++) {
    const entrants: Entrant[] = []
    try {
      for (const candidate of rotated(candidates, round)) entrants.push(await enter(candidate, options))
      for (let pass = 0; pass < options.slicesPerRound; pass++) {
        for (const entrant of rotated(entrants, pass)) {
          slices.get(entrant.candidate)?.push(await measureSlice(entrant, options))
        }
        options.progress(`round ${round + 1} of ${options.rounds}, pass ${pass + 1} of ${options.slicesPerRound}`)
      }
    } finally {
      await Promise.all(entrants.map((entrant) => entrant.process.stop()))
    }
  }
  return slices
}

interface Entrant {
  readonly candidate: Candidate
  readonly process: ServerProcess
  readonly workload: Workload
}

async function enter(candidate: Candidate, options: ThroughputOptions): Promise<Entrant> {
  const process = await ServerProcess.start(options.node, options.staged, candidate.server, options.nodeOptions)
  const workload = candidate.workload()
  await withConnections(candidate, process, options.connections, async (connections) => {
    await probe(candidate.server, process)
    await drive(connections, workload, { requests: workload.preparation })
    await drive(connections, workload, { seconds: options.warmUpSeconds })
  })
  return { candidate, process, workload }
}

async function measureSlice({ candidate, process, workload }: Entrant, options: ThroughputOptions): Promise<Slice> {
  return await withConnections(candidate, process, options.connections, async (connections) => {
    const before = await process.cpuMicroseconds()
    const { requests, seconds } = await drive(connections, workload, { seconds: options.sliceSeconds })
    const cpu = (await process.cpuMicroseconds()) - before
    return { requestsPerSecond: requests / seconds, cpuPerRequest: cpu / requests, busy: cpu / 1e6 / seconds }
  })
}

async function withConnections<T>(
  candidate: Candidate,
  process: ServerProcess,
  count: number,
  work: (connections: readonly HttpConnection[]) => Promise<T>,
): Promise<T> {
  const connections = await Promise.all(Array.from({ length: count }, () => HttpConnection.open(process.port)))
  try {
    return await work(connections)
  } catch (error) {
    throw new Error(`${candidate.label} failed`, { cause: error })
  } finally {
    for (const connection of connections) connection.close()
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
