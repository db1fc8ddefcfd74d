import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { program } from '../program.js'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))

/** `npm run attack` on the application at a URL, with the database that has the key of its web site, until its end. */
export function startAttack(
  url: string,
  DATABASE_FILE: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { file, nodeArguments } = program('example-app/attack/main.ts')
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [...nodeArguments, file, url], {
    cwd: REPOSITORY,
    env: { PATH, HOME, DATABASE_FILE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr })
    })
  })
}
