// `npm run test:nodes [version …] [-- --project=NAME …]`: runs the projects that show that the package works on every supported
// Node, or those named.
// The last line adds up what passed and failed on all of them.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { closingLine, type Counts } from './passed-failed-reporter.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const SUPPORTED = ['20', '22', '24', '26']
const PROJECTS = ['fast', 'servers', 'package']

const args = process.argv.slice(2)
const named = args.filter((arg) => /^\d+$/.test(arg))
const given = args.filter((arg) => arg.startsWith('--project='))
const projects = given.length > 0 ? given : PROJECTS.map((project) => `--project=${project}`)
const sum = { passed: 0, failed: 0, skipped: 0 }
for (const version of named.length > 0 ? named : SUPPORTED) {
  console.log(`Node ${version}`)
  const counts = await countsOn(version)
  for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += counts[key]
  console.log(`Node ${version}: ${closingLine(counts)}`)
}
console.log(closingLine(sum))
process.exitCode = sum.failed === 0 ? 0 : 1

async function countsOn(version: string): Promise<Counts> {
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', '.config/vitest.config.ts']
  const child = spawn('npx', ['-y', '-p', `node@${version}`, '--', 'node', ...vitest, ...projects], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    process.stdout.write(text)
  })
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => {
      resolve(null)
    })
    child.on('close', resolve)
  })
  const [, passed, failed, skipped] = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(output) ?? []
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 1), skipped: Number(skipped ?? 0) }
  // Vitest can fail without a failed test.
  return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}
