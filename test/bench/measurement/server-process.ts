import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { ServerQuestion, ServerReport } from '../candidates/server-report.js'
import type { ServerName } from '../candidates/servers.js'
import type { StagedPackage } from './staged-package.js'

/** A candidate in a fresh process of plain node. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly port: number

  static async start(
    node: string,
    staged: StagedPackage,
    name: ServerName,
    nodeOptions: readonly string[] = [],
  ): Promise<ServerProcess> {
    const child = spawn(node, ['--expose-gc', ...nodeOptions, staged.script('candidates/serve'), name], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
    })
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
    const listening = await Promise.race([
      nextReport(child, 'listening'),
      once(child, 'exit').then(() => {
        throw new Error(`${name} did not start: ${complaint}`)
      }),
    ])
    return new ServerProcess(child, listening.port)
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** Microseconds of CPU time, of user and system, that the process has had so far. */
  async cpuMicroseconds(): Promise<number> {
    return (await this.#ask('cpu')).microseconds
  }

  /** Bytes in use after a full collection. */
  async memory(): Promise<{ readonly heap: number; readonly resident: number }> {
    return await this.#ask('memory')
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.disconnect()
    await exit
  }

  async #ask<Q extends ServerQuestion>(question: Q): Promise<Extract<ServerReport, { type: Q }>> {
    const answer = nextReport(this.#child, question)
    this.#child.send(question)
    return await answer
  }
}

function nextReport<T extends ServerReport['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<ServerReport, { type: T }>> {
  return new Promise((resolve) => {
    child.on('message', function listen(report: ServerReport) {
      if (!isReport(report, type)) return
      child.off('message', listen)
      resolve(report)
    })
  })
}

function isReport<T extends ServerReport['type']>(
  report: ServerReport,
  type: T,
): report is Extract<ServerReport, { type: T }> {
  return report.type === type
}
