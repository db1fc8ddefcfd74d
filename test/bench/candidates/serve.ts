import type { AddressInfo } from 'node:net'
import { memoryInUse } from '../memory/memory-in-use.js'
import type { ServerQuestion, ServerReport } from './server-report.js'
import { isServerName, servers, type Served } from './servers.js'

// Runs one candidate, named by the first argument, in a process of its own, until its parent hangs up.

const name = process.argv[2]
if (!isServerName(name)) throw new Error(`no such candidate: ${name ?? ''}`)

const { app, close }: Served = await servers[name]()
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  report({ type: 'listening', port })
})

process.on('message', (question: ServerQuestion) => {
  if (question === 'cpu') {
    // getrusage: user and system time of every thread of this process, as the operating system counts them
    const { user, system } = process.cpuUsage()
    report({ type: 'cpu', microseconds: user + system })
  } else {
    report({ type: 'memory', ...memoryInUse() })
  }
})

process.on('disconnect', () => {
  void Promise.resolve(close?.()).finally(() => process.exit())
})

function report(answer: ServerReport): void {
  process.send?.(answer)
}
