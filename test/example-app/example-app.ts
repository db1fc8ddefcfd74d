import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { program } from '../program.js'
import { secrecy } from '../secrecy/secrecy.js'
import { siteKey } from './site-authentication.js'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const { file, nodeArguments } = program('example-app/main.ts')
const COMMAND = [process.execPath, ...nodeArguments, file]
const START_MS = 80_000

export type Environment = Readonly<Record<string, string>>

export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ExampleApp {
  /** What it printed until it listened. */
  readonly announcement: string
  readonly url: string
  /** Of the operator's desk; empty where this process has none. */
  readonly deskUrl: string
  readonly ending: Promise<Ending>
  signal(name: NodeJS.Signals): void
}

/** Takes what is to be done at the end: of a test, or of all in a file (`whenAllIsOver`). */
export type WhenOver = (act: () => void | Promise<void>) => void

/** A path for a database file that nobody else uses and that goes away when the test ends. */
export function newDatabaseFile(whenOver: WhenOver = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'example-app-'))
  whenOver(() => {
    rmSync(directory, { recursive: true, force: true })
  })
  return join(directory, 'example.db')
}

/**
 * The example-app as a process of its own, listening at a free port. It sees the variables given and no other ones of
 * this process but those that every program needs. The key of the web site is one that tests know (`siteKey`); with
 * `CLIENT_KEY: ''` the example-app generates one. Ended when the test ends.
 */
export async function startExampleApp(
  environment: Environment,
  command = COMMAND,
  whenOver: WhenOver = onTestFinished,
): Promise<ExampleApp> {
  const running = runExampleApp(environment, command, whenOver)
  const announcement = await running.announcement
  const url = /at (http:\/\/[^\s/]+)/.exec(announcement)?.[1]
  if (url === undefined) throw new Error(`no URL in ${announcement}`)
  const deskUrl = /desk at (http:\/\/[^\s/]+)/.exec(announcement)?.[1] ?? ''
  return { ...running, announcement, url, deskUrl }
}

/** The example-app when it is not expected to start: how it ends. */
export function endingOfStart(environment: Environment): Promise<Ending> {
  const { announcement, ending } = runExampleApp(environment, COMMAND, onTestFinished)
  announcement.catch(() => undefined)
  return ending
}

function runExampleApp(environment: Environment, command: readonly string[], whenOver: WhenOver) {
  const [program = '', ...args] = command
  const hasChildren = command !== COMMAND
  const { PATH = '', HOME = '' } = process.env
  secrecy.learn(siteKey.d)
  const child = spawn(program, args, {
    cwd: REPOSITORY,
    env: {
      PATH,
      HOME,
      PORT: '0',
      DATABASE_FILE: newDatabaseFile(whenOver),
      CLIENT_KEY: JSON.stringify(siteKey),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: hasChildren,
  })
  whenOver(() => {
    if (hasChildren) endGroup(child.pid)
    else child.kill('SIGKILL')
  })

  let stdout = ''
  let stderr = ''
  let hasListened = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    secrecy.emit('stderr of the example-app', text)
  })
  const ending = new Promise<Ending>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr })
    })
  })
  const announcement = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // The announcement tells the demo's passwords, which is what it is for.
      if (hasListened) secrecy.emit('stdout of the example-app', text)
      stdout += text
      if (/at http:\S+[^]*\n\n?$/.test(stdout)) {
        hasListened = true
        resolve(stdout)
      }
    })
    void ending.then(({ code }) => {
      reject(new Error(`ended with ${String(code)} before it listened: ${stderr}`))
    })
    setTimeout(() => {
      reject(new Error(`does not listen after ${String(START_MS)} ms: ${stdout}${stderr}`))
    }, START_MS).unref()
  })
  return { announcement, ending, signal: (name: NodeJS.Signals) => child.kill(name) }
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL')
  } catch {
    // all of it has ended already
  }
}
