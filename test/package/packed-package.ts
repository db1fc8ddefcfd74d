import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const repository = fileURLToPath(new URL('../..', import.meta.url))

/** A copy of the work tree, packed there as it would be for the registry: from the sources, without an older build. */
export interface PackedPackage {
  /** The copy's folder, in which the package is built and can be imported by its name. */
  readonly folder: string
  readonly tarball: string
  /** The paths in the tarball. */
  readonly files: readonly string[]
  readonly remove: () => void
}

export async function packPackage(): Promise<PackedPackage> {
  const folder = newFolder()
  const { stdout: paths } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
  })
  for (const path of paths.split('\0')) {
    if (path !== '' && existsSync(join(repository, path))) cpSync(join(repository, path), join(folder, path))
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  const { stdout } = await run('npm', ['pack', '--json'], { cwd: folder, env: environment })
  // `prepack` may write before it.
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [PackReport] // the boundary: npm's report
  return {
    folder,
    tarball: join(folder, filename),
    files: files.map(({ path }) => path),
    remove: () => {
      rmSync(folder, { recursive: true })
    },
  }
}

interface PackReport {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'express-oauth-password-grant-'))
}

/** Without the settings that an outer `npm test` hands to every npm inside it. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('npm_') && name !== 'NODE_ENV'),
)
