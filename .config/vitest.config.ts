import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { LongestFirst } from './longest-first.js'
import { PassedFailedReporter } from './passed-failed-reporter.js'

/** The folders of `test/` whose tests need neither a database nor a browser nor a long wait. */
const fast = [
  'command-line',
  'conformance',
  'http',
  'interop',
  'resource-server',
  'second-factor',
  'secrecy',
  'source',
  'unit',
]

const tests = (...folders: readonly string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`)

// Servers, browsers and compilers start slowly on a machine that does other work as well.
const slowStarts = { testTimeout: 90_000, hookTimeout: 120_000 }

/** Each project is named after what its tests need. The ones that take longest come first. */
const projects = [
  {
    name: 'package',
    globalSetup: ['test/package/packed-once.ts'],
    include: tests('package'),
    exclude: ['test/package/consumers/**'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
  // This project includes every folder that no other project names, so that no test is left out.
  {
    name: 'servers',
    include: tests('*'),
    exclude: tests(...fast, 'package', 'example-app', 'browser', 'fuzz'),
    ...slowStarts,
  },
  { name: 'app', include: tests('example-app'), ...slowStarts },
  { name: 'browser', include: tests('browser'), ...slowStarts },
  { name: 'fuzz', include: tests('fuzz'), ...slowStarts },
  // Its files share processes, because a process for each would cost more than most of them take.
  { name: 'fast', include: tests(...fast), isolate: false, testTimeout: 30_000 },
] satisfies TestProjectInlineConfiguration['test'][]

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  root,
  test: {
    globalSetup: ['.config/fresh-build.ts', '.config/bundled-programs.ts'],
    reporters: ['default', new PassedFailedReporter()],
    // Twice as many as the cores of a small machine, because many tests wait.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    coverage: { provider: 'v8', include: ['lib/**/*.ts'], reporter: ['text'] },
    projects: projects.map((test) => ({ root, test: { ...test, setupFiles: ['test/secrecy/secrecy-guard.ts'] } })),
  },
})
