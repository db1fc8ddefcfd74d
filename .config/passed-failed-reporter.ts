import type { Reporter, TestModule } from 'vitest/node'

/** Closes the run with the line `N passed, N failed` that CI reads. */
export class PassedFailedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }
    for (const testModule of modules) {
      // A file or a `describe` fails by itself where a hook does; its tests are then skipped, or have passed.
      for (const suite of [testModule, ...testModule.children.allSuites()]) {
        if (suite.errors().length > 0) count.failed += 1
      }
      for (const test of testModule.children.allTests()) {
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
