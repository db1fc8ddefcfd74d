// `npm test`: builds, then runs lint and type checks beside the tests. What they print comes after the tests' own report.
// The last line, `N passed, N failed[, N skipped]`, counts a failed build, lint or type check as one failure.
// Arguments go to vitest, so `npm test -- test/http` runs the tests of one folder.
import { spawn, type StdioOptions } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { closingLine, type Counts } from './passed-failed-reporter.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))

interface Outcome {
  readonly succeeded: boolean
  readonly output: string
}

const build = await scriptOutcome('build')
const counts: Counts = build.succeeded ? await checkAll() : { passed: 0, failed: 1, skipped: 0 }
if (!build.succeeded) console.error(`${build.output}\nThe build failed.`)
console.log(closingLine(counts))
process.exitCode = counts.failed === 0 ? 0 : 1

async function checkAll(): Promise<Counts> {
  const isAlone = availableParallelism() === 1
  const checking = isAlone ? undefined : outcomesOfChecks()
  const tests = await testCounts()
  let { failed } = tests
  for (const [script, { succeeded, output }] of await (checking ?? outcomesOfChecks())) {
    if (output.trim() !== '') console.log(output)
    if (!succeeded) failed += 1
    console.log(`npm run ${script}: ${succeeded ? 'nothing to report' : 'failed'}`)
  }
  return { ...tests, failed }
}

/** One after the other: each of them takes as much memory as a machine has to spare beside the tests. */
async function outcomesOfChecks(): Promise<readonly (readonly [string, Outcome])[]> {
  const outcomes: [string, Outcome][] = []
  for (const script of ['typecheck', 'lint']) outcomes.push([script, await scriptOutcome(script)])
  return outcomes
}

async function scriptOutcome(script: string): Promise<Outcome> {
  const child = spawn('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const succeeded = await new Promise<boolean>((resolve) => {
    child.on('error', () => {
      resolve(false)
    })
    child.on('close', (code) => {
      resolve(code === 0)
    })
  })
  return { succeeded, output }
}

/** Runs vitest, which prints as it goes, but leaves the closing line to this process. */
async function testCounts(): Promise<Counts> {
  const args = ['run', '--config', '.config/vitest.config.ts', ...process.argv.slice(2)]
  const stdio: StdioOptions = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = spawn(process.execPath, [vitest, ...args], { cwd: root, stdio })
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  child.on('message', (message) => {
    counts = message as Counts // the boundary: the reporter sends nothing else
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  // Vitest can fail without a failed test, for example when it finds no test at all.
  return code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}
