import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Program {
  readonly file: string
  /** For `execArgv` of `fork`. */
  readonly nodeArguments: readonly string[]
}

/**
 * A program that tests start as a process: its bundle if the global setup of vitest has made one, otherwise its source, which
 * is compiled at each start.
 * @param path In the repository, such as `example-app/main.ts`.
 */
export function program(path: string): Program {
  const bundles = process.env['BUNDLED_PROGRAMS']
  if (bundles !== undefined) return { file: join(bundles, path.replace(/\.m?[jt]s$/, '.mjs')), nodeArguments: [] }
  return { file: join(root, path), nodeArguments: path.endsWith('.ts') ? ['--import', 'tsx'] : [] }
}
