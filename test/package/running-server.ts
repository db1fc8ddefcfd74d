import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { environment } from './packed-package.js'

/**
 * Starts a program of Node's that prints a URL once it listens. It ends with the test.
 * @returns The URL.
 */
export async function startedServer(folder: string, nodeArguments: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, nodeArguments, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', resolve))
  onTestFinished(() => {
    child.kill('SIGKILL')
    return ended
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('http://')) return line
    output += `${line}\n`
  }
  throw new Error(`${nodeArguments.join(' ')} ended before it listened:\n${output}`)
}
