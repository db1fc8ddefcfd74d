import { help, soakArguments } from './arguments.js'
import { report } from './report.js'
import { soak } from './soak.js'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort()
  })
}

try {
  const args = soakArguments(process.argv.slice(2))
  if (args.help) process.stdout.write(help)
  else {
    console.log(`For ${args.minutes} minutes: two processes, grants in ${args.grants}, ${args.clients} clients.\n`)
    const { text, isHeld } = report(await soak(args, interrupted.signal))
    console.log(text)
    process.exitCode = isHeld ? 0 : 1
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1) // clients may still retry
}
