import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freemem } from 'node:os'
import type { StagedPackage } from '../measurement/staged-package.js'
import type { KeeperReport } from './keeper-report.js'
import type { KeeperName } from './keepers.js'

/** Fills a keeper in a fresh process of plain node, which may use most of the memory that is free. */
export async function measureKeeper(
  node: string,
  staged: StagedPackage,
  name: KeeperName,
  logins: number,
  refreshes: number,
): Promise<KeeperReport | 'out of memory'> {
  const heapMegabytes = Math.floor((freemem() / 2 ** 20) * 0.8)
  const child = spawn(
    node,
    [
      '--expose-gc',
      `--max-old-space-size=${heapMegabytes}`,
      staged.script('memory/measure-keeper'),
      name,
      String(logins),
      String(refreshes),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' } },
  )
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  let report: KeeperReport | undefined
  child.on('message', (message: KeeperReport) => (report = message))
  await once(child, 'close')
  if (report) return report
  if (complaint.includes('heap out of memory')) return 'out of memory'
  throw new Error(`${name} failed: ${complaint}`)
}
