import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Growth } from './report.js'
import type { ServerPlace, ServerReport } from './server-messages.js'

const PROGRAM = fileURLToPath(new URL('server.ts', import.meta.url))
const START_MS = 60_000
/** The end of what is in flight, and a little. */
const STOP_MS = 20_000

/** One of the two processes: it may end and start again, at the same port. */
export class SoakedServer {
  readonly url: string
  /** What `onError` was called with, by its text: how often. */
  readonly errors = new Map<string, number>()
  readonly #place: ServerPlace
  #child: ChildProcess | undefined
  #firstHeap: number | undefined

  constructor(place: ServerPlace) {
    this.#place = place
    this.url = `http://127.0.0.1:${place.port}`
  }

  /** Resolves once it listens. */
  async start(): Promise<void> {
    const child = fork(PROGRAM, [], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#firstHeap = undefined
    child.on('message', (report: ServerReport) => {
      if (report.type === 'error') this.errors.set(report.text, (this.errors.get(report.text) ?? 0) + 1)
    })
    await this.#next('ready')
    const listening = this.#next('listening')
    child.send(this.#place)
    await listening
  }

  /** Resolves once the process is gone. */
  async stop(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(late)
  }

  /** Remembers how much memory is in use, if this is the first time since the process started. It must be under load by then. */
  async noteHeap(): Promise<void> {
    this.#firstHeap ??= await this.#heap()
  }

  /** Since `noteHeap`. */
  async growth(process: string): Promise<Growth> {
    const last = await this.#heap()
    return { process, first: this.#firstHeap ?? last, last }
  }

  async #heap(): Promise<number> {
    const answer = this.#next('heap')
    this.#child?.send('heap')
    return (await answer).bytes
  }

  #next<T extends ServerReport['type']>(type: T): Promise<Extract<ServerReport, { type: T }>> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(late)
        child?.off('message', listen).off('exit', end)
        act()
      }
      const listen = (report: ServerReport) => {
        if (isReport(report, type))
          settle(() => {
            resolve(report)
          })
      }
      const end = () => {
        settle(() => {
          reject(new Error(`A server has ended before it was ${type}.`))
        })
      }
      const late = setTimeout(() => {
        settle(() => {
          reject(new Error(`A server is not ${type} after ${START_MS} ms.`))
        })
      }, START_MS)
      child?.on('message', listen).once('exit', end)
    })
  }
}

function isReport<T extends ServerReport['type']>(
  report: ServerReport,
  type: T,
): report is Extract<ServerReport, { type: T }> {
  return report.type === type
}
