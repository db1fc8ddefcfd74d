import { defineConfig } from 'vitest/config'
import { PassedFailedReporter } from './passed-failed-reporter.js'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    setupFiles: ['test/secrecy/secrecy-guard.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/package/consumers/**'],
    reporters: ['default', new PassedFailedReporter()],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
