import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = join(root, 'lib')
const built = join(root, 'dist')

/** Builds `dist` before the tests and before each rerun in watch mode if it is older than the sources. */
export function setup(project: TestProject): void {
  buildIfStale()
  project.onTestsRerun(() => {
    buildIfStale()
  })
}

function buildIfStale(): void {
  const modules = modulesIn(sources, '.ts')
  const orphans = modulesIn(built, '.js').filter((module) => !modules.includes(module))
  for (const module of orphans) for (const end of ['.js', '.d.ts']) rmSync(join(built, module + end), { force: true })
  const inputs = [join(root, 'tsconfig.json'), ...modules.map((module) => join(sources, `${module}.ts`))]
  const newest = Math.max(...inputs.map(modifiedAt))
  if (modules.every((module) => modifiedAt(join(built, `${module}.js`)) >= newest)) return
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('The build failed, so there is nothing up to date to test.')
}

/** The paths of the modules in a folder, without the end of their names. */
function modulesIn(folder: string, end: string): readonly string[] {
  if (!existsSync(folder)) return []
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return paths.filter((path) => path.endsWith(end)).map((path) => path.slice(0, -end.length))
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
