import { fork, type ChildProcess } from 'node:child_process'
import { program } from '../program.js'
import { secrecy } from '../secrecy/secrecy.js'
import type { Report, ToServe } from './attacked-server.js'
import { clients, secrets, victim } from './attack.js'

/** Token servers in processes of their own. */
export interface AttackedServers {
  /** So many of them serve anew, as if nothing had been counted where the place is another one or memory. Answers the ports. */
  serve(processes: number, toServe: ToServe): Promise<readonly number[]>
  /** How many guesses reached a verifier since this was asked last. */
  reached(): Promise<number>
  end(): void
}

export function attackedServers(processes: number): AttackedServers {
  const { file, nodeArguments } = program('test/attacks/attacked-server.ts')
  const children = Array.from({ length: processes }, () => {
    const child = fork(file, { execArgv: [...nodeArguments], silent: true })
    secrecy.watch('an attacked server', child)
    child.stderr?.pipe(process.stderr)
    return child
  })
  for (const secret of [clients.naming.secret, clients.silent.secret, secrets.signing, victim.password]) {
    secrecy.learn(secret)
  }
  return {
    serve: (count, toServe) =>
      Promise.all(children.slice(0, count).map(async (child) => (await answer(child, toServe, 'port')).port)),
    async reached() {
      const reports = await Promise.all(children.map((child) => answer(child, 'report', 'reached')))
      for (const { events } of reports) for (const event of events) secrecy.emit('an event', event)
      return reports.reduce((sum, { reached }) => sum + reached, 0)
    },
    end() {
      for (const child of children) child.disconnect()
    },
  }
}

/** What a server answers that has this member; what was asked before, and was not waited for, is passed over. */
async function answer<Key extends keyof Answered>(
  child: ChildProcess,
  told: ToServe | 'report',
  key: Key,
): Promise<Answered[Key]> {
  return new Promise((resolve, reject) => {
    const gone = () => {
      reject(new Error('An attacked server ended.'))
    }
    child.once('exit', gone)
    child.on('message', function listen(message: Answered[Key]) {
      if (!(key in message)) return
      child.off('message', listen).off('exit', gone)
      resolve(message)
    })
    child.send(told)
  })
}

interface Answered {
  readonly port: { readonly port: number }
  readonly reached: Report
}
