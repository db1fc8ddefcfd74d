import { execFileSync } from 'node:child_process'

/** The path of a node of that version (`24`, or a whole version); this process's own if none is asked for. */
export function nodeExecutable(version: string | undefined): string {
  if (version === undefined) return process.execPath
  if (!/^\d+(\.\d+){0,2}$/.test(version)) throw new Error(`--node takes a version such as 24, not ${version}`)
  return execFileSync('npx', ['-y', '-p', `node@${version}`, '--', 'node', '-p', 'process.execPath'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
}
