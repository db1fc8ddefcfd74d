import { execFileSync, spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const START_MS = 20_000
const STOP_MS = 20_000

/** Who runs the server. Default: who runs the tests. */
export type ServerUser = Pick<SpawnOptions, 'uid' | 'gid'>

/** A server of the tests' own, that may be stopped and started again. */
export class ServerProcess {
  readonly #command: readonly [string, ...string[]]
  readonly #isReady: () => Promise<boolean>
  readonly #user: ServerUser
  #child: ChildProcess | undefined

  constructor(command: readonly [string, ...string[]], isReady: () => Promise<boolean>, user: ServerUser = {}) {
    this.#command = command
    this.#isReady = isReady
    this.#user = user
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('The server does not run.')
    return this.#child.pid
  }

  /** Resolves once the server is ready. */
  async start(): Promise<void> {
    const [file, ...args] = this.#command
    const child = spawn(file, args, { ...this.#user, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    const started = Date.now()
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || Date.now() - started > START_MS) {
        throw new Error(`${this.#command.join(' ')} did not start:\n${said}`)
      }
      await sleep(50)
    }
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  /** Sends the signal to the server, and with SIGKILL to the processes that it made; resolves once all of them are gone. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (signal === 'SIGKILL') this.signal('SIGSTOP') // so that it makes no process that is not in the list
    const processes = processesOf(this)
    this.signal(signal)
    if (signal === 'SIGKILL') signalAll(processes, signal)
    await gone
    // PostgreSQL does not start again while a process of the one before holds its shared memory.
    const started = Date.now()
    while (processes.some(isRunning)) {
      if (Date.now() - started > STOP_MS) throw new Error(`${this.#command[0]} left processes behind after ${signal}.`)
      await sleep(20)
    }
  }
}

/**
 * The path of a server's program, or `undefined` where it is not installed.
 * @throws where it is not installed in CI.
 */
export function installedProgram(name: string, directories: readonly string[] = []): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const found = [...directories, ...path].map((directory) => join(directory, name)).find((file) => existsSync(file))
  if (found === undefined && process.env['CI']) throw new Error(`${name} must be installed in CI.`)
  return found
}

/** The server's process and those that it made: all of them must be stopped for the server to hang. */
export function processesOf({ pid }: ServerProcess): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n')
  const processes = listed.map((line) => line.trim().split(/\s+/).map(Number))
  return [pid, ...processes.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))]
}

/** Signals each process that has not ended by itself. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}

/** Whether a process runs. One that has ended and that its parent has not asked after yet (a zombie) does not. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid)])
  return /^[^Z]/.test(stdout.toString().trim())
}
