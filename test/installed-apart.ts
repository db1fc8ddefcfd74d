import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILD = fileURLToPath(new URL('../.build', import.meta.url))
/** Longer than an installation takes: after that its process is gone. */
const STALE_MS = 600_000

/** Without the settings that an outer `npm test` hands to every npm inside it. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_ENV'),
)

export interface InstalledApart {
  /** The exact version of each package. */
  readonly packages: Readonly<Record<string, string>>
  /** Whether the packages compile something when they are installed. Optimizing it would take minutes. */
  readonly compiles?: boolean
}

/**
 * Installs packages that do not belong among the development dependencies into a folder of their own, unless they are there.
 * Returns the `require` of that folder. Processes that ask at the same time wait for one installation.
 * @throws if npm fails.
 */
export function installedApart(name: string, { packages, compiles = false }: InstalledApart): NodeJS.Require {
  const folder = join(BUILD, name)
  const complete = join(folder, '.complete')
  const lock = `${folder}.lock`
  const wanted = JSON.stringify(packages)
  mkdirSync(BUILD, { recursive: true })
  while (!existsSync(complete) && !locks(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  if (!existsSync(complete)) {
    try {
      rmSync(folder, { recursive: true, force: true })
      mkdirSync(folder)
      writeFileSync(join(folder, 'package.json'), `{ "private": true, "dependencies": ${wanted} }`)
      const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
      const env = { ...environment, ...(compiles && { CFLAGS: '-O0', CXXFLAGS: '-O0' }) }
      const npm = ['install', ...flags, ...(compiles ? [] : ['--ignore-scripts'])]
      const { status, stderr } = spawnSync('npm', npm, { cwd: folder, env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`npm could not install ${wanted}:\n${stderr}`)
      writeFileSync(complete, '')
    } finally {
      rmSync(lock, { recursive: true })
    }
  }
  return createRequire(join(folder, 'package.json'))
}

/** Whether nobody else holds the lock, which is then held. */
function locks(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const held = statSync(lock, { throwIfNoEntry: false })
    if (held !== undefined && Date.now() - held.mtimeMs > STALE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}
