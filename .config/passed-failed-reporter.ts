import type { Reporter, TestModule } from 'vitest/node'

/** Closes the run with the line `N passed, N failed` that CI reads. */
export class PassedFailedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const testModule of modules) {
      const tests = [...testModule.children.allTests()]
      if (tests.length === 0 && testModule.state() === 'failed') count.failed += 1
      for (const test of tests) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
      }
    }
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.on('exit', () => {
      process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`)
    })
  }
}
