import { execFile } from 'node:child_process'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { environment, newFolder, repository } from './packed-package.js'

const run = promisify(execFile)

/** A stranger's project with the package in its `node_modules`, and the files of `consumers/` beside it. */
export interface InstalledPackage {
  readonly folder: string
  /** What npm wrote down about every package installed. */
  readonly lock: Readonly<Record<string, LockedPackage>>
  readonly remove: () => void
}

export interface LockedPackage {
  readonly version?: string
  readonly hasInstallScript?: boolean
}

/** @param packages What the project has beside the package, such as `express@5.3.0`. */
export async function installPackage(tarball: string, packages: readonly string[]): Promise<InstalledPackage> {
  const folder = newFolder()
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags, tarball, ...packages], { cwd: folder, env: environment })
  cpSync(join(repository, 'test/package/consumers'), folder, { recursive: true })
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  } // the boundary: npm's own format
  return {
    folder,
    lock: lock.packages,
    remove: () => {
      rmSync(folder, { recursive: true })
    },
  }
}
