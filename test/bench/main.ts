import { execFileSync } from 'node:child_process'
import { benchArguments, help, type BenchArguments } from './arguments.js'
import { nodeExecutable } from './measurement/node-executable.js'
import { attacksSuite } from './suites/attacks-suite.js'
import { bareLogin, loginCandidates } from './suites/login-candidates.js'
import { guardSuite } from './suites/guard-suite.js'
import { memorySuite } from './suites/memory-suite.js'
import { refreshCandidates } from './suites/refresh-candidates.js'
import { scaleSuite } from './suites/scale-suite.js'
import { stormSuite } from './suites/storm-suite.js'
import { throughputSuite } from './suites/throughput-suite.js'
import { timingSuite } from './suites/timing-suite.js'

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

try {
  const args = benchArguments(process.argv.slice(2))
  process.stdout.write(args.help ? help : await report(args))
} catch (error) {
  process.stderr.write(`${sentences(error).join(': ')}\n`)
  process.exitCode = 1
}

async function report(args: BenchArguments): Promise<string> {
  const node = nodeExecutable(args.node)
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  return `\nsuite ${args.suite}, node ${version}\n\n${await suite(node, args)}\n`
}

async function suite(node: string, args: BenchArguments): Promise<string> {
  switch (args.suite) {
    case 'login':
      return await throughputSuite(loginCandidates, bareLogin, node, args)
    case 'refresh':
      return await throughputSuite(refreshCandidates, bareLogin, node, args)
    case 'guard':
      return await guardSuite(node, args)
    case 'memory':
      return await memorySuite(node, args)
    case 'storm':
      return await stormSuite(node, args)
    case 'timing':
      return await timingSuite(node, args)
    case 'attacks':
      return await attacksSuite(args)
    case 'scale':
      return await scaleSuite(args)
  }
}

/** An error's message, and those of what caused it. */
function sentences(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...(error.cause ? sentences(error.cause) : [])] : [String(error)]
}
