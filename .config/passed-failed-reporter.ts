import type { Reporter, TestModule, Vitest } from 'vitest/node'

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** The line that CI reads. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Ends the run with the closing line, or sends the counts to the process that started this one to run more than tests. */
export class PassedFailedReporter implements Reporter {
  #isWatching = false

  onInit({ config }: Vitest): void {
    this.#isWatching = config.watch
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const testModule of modules) {
      // A hook that fails makes its file or its `describe` fail; the tests in it are then skipped, or have passed.
      for (const suite of [testModule, ...testModule.children.allSuites()]) {
        if (suite.errors().length > 0) count.failed += 1
      }
      for (const test of testModule.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
      }
    }
    if (process.send !== undefined) process.send(count)
    else if (this.#isWatching) process.stdout.write(`${closingLine(count)}\n`)
    else process.on('exit', () => process.stdout.write(`${closingLine(count)}\n`))
  }
}
