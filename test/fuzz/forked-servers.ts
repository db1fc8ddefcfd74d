import { fork } from 'node:child_process'
import { program } from '../program.js'
import type { ServerName, ToServe } from './fuzzed-application.js'
import type { Answered, Held } from './fuzzed-servers.js'

/** The fuzzed servers, in a process of their own. */
export interface ForkedServers {
  readonly ports: Readonly<Record<ServerName, number>>
  /** What went wrong inside, as it comes. */
  readonly faults: string[]
  /** What the process holds when it has nothing to do. */
  held(): Promise<Held>
  end(): void
}

export async function forkServers(toServe: ToServe): Promise<ForkedServers> {
  const { file, nodeArguments } = program('test/fuzz/fuzzed-servers.ts')
  const child = fork(file, { execArgv: ['--expose-gc', ...nodeArguments] })
  const faults: string[] = []
  let isEnding = false
  const waiting: ((answered: Answered) => void)[] = []
  child.on('message', (answered: Answered) => {
    if ('fault' in answered) faults.push(answered.fault)
    else waiting.shift()?.(answered)
  })
  child.on('exit', (code, signal) => {
    if (!isEnding) faults.push(`the process ended: ${String(code ?? signal)}`)
  })
  const asked = async <Key extends string>(what: ToServe | 'hold', key: Key) => {
    const answered = await new Promise<Answered>((resolve, reject) => {
      waiting.push(resolve)
      child.once('exit', () => {
        reject(new Error(`The servers ended:\n${faults.join('\n')}`))
      })
      child.send(what)
    })
    return (answered as Record<Key, unknown>)[key] // the boundary: what the program answers to this
  }
  return {
    ports: (await asked(toServe, 'ports')) as Record<ServerName, number>,
    faults,
    held: async () => (await asked('hold', 'held')) as Held,
    end() {
      isEnding = true
      child.kill('SIGKILL')
    },
  }
}
