import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('..', import.meta.url))
const bundles = join(root, '.build/programs')

/** The programs that tests start as processes, some of them a hundred times. */
const PROGRAMS = [
  'dist/command-line/main.js',
  'example-app/main.ts',
  'example-app/attack/main.ts',
  'test/attacks/attacked-server.ts',
  'test/fuzz/fuzzed-servers.ts',
  'test/refresh/token-server.mjs',
  'test/resource-server/process.mjs',
  'test/stores/limiting-process.ts',
  'test/stores/rotating-process.ts',
  'test/stores/writing-process.ts',
]

/** Packages that have native code or are loaded by a name that is a variable. */
const UNBUNDLED = [
  '@node-rs/argon2',
  '@photostructure/sqlite',
  'argon2',
  'bcrypt',
  'better-sqlite3',
  'mysql2',
  'mysql2/*',
]

/**
 * A global setup: makes one file of JavaScript of each program, because loading hundreds of modules, or compiling them on the
 * way, takes most of the time that a start takes. `test/program.ts` finds the bundles by an environment variable. Type errors
 * are left to the type check.
 */
export async function setup(project: TestProject): Promise<void> {
  await bundlePrograms()
  process.env['BUNDLED_PROGRAMS'] = bundles
  project.onTestsRerun(bundlePrograms)
}

async function bundlePrograms(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: PROGRAMS,
    outdir: bundles,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minifyWhitespace: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: UNBUNDLED,
    logLevel: 'error',
    // The packages in CommonJS call it.
    banner: {
      js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
    },
    plugins: [keepOwnUrls, keepOutOfTokenServer],
  })
}

/** A module of ours finds its files beside its source, not beside the bundle. */
const keepOwnUrls: Plugin = {
  name: 'keep-own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.m?[jt]s$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined
      const contents = readFileSync(path, 'utf8')
      if (!contents.includes('import.meta.url')) return undefined
      const url = JSON.stringify(pathToFileURL(path).href)
      return { contents: contents.replaceAll('import.meta.url', url), loader: path.endsWith('.ts') ? 'ts' : 'js' }
    })
  },
}

/** The program that starts most often: its whole bundle is compiled at each start, and these are two thirds of it and seldom used. */
const keepOutOfTokenServer: Plugin = {
  name: 'keep-out-of-token-server',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:redis|ioredis)$/ }, ({ path, importer }) =>
      importer.endsWith('/token-server.mjs') ? { path, external: true } : undefined,
    )
  },
}
