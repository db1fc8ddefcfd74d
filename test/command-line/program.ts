import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { program } from '../program.js'

export const PROGRAM = program('dist/command-line/main.js').file

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

interface Surroundings {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the built program as a process of its own. `test/package` runs it as npm installs it. */
export function run(typed: readonly string[], { stdin = '', env = {} }: Surroundings = {}): Promise<Ran> {
  if (!existsSync(PROGRAM)) throw new Error('There is no dist: run "npm run build" first, as "npm test" does.')
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, ...typed],
      { env: { PATH: process.env['PATH'], ...env } },
      (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
    // It may have ended without reading.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(stdin)
  })
}

/** What it prints with `--json`. */
export async function runForJson(
  typed: readonly string[],
  surroundings?: Surroundings,
): Promise<Ran & { result: Record<string, unknown> }> {
  const ran = await run([...typed, '--json'], surroundings)
  return { ...ran, result: JSON.parse(ran.stdout) as Record<string, unknown> } // the boundary: its own format, an object
}

/** A file that is gone after the test. */
export function temporaryFile(content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'express-oauth-password-grant-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'file')
  writeFileSync(path, content)
  return path
}
