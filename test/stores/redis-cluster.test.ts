import { execFileSync } from 'node:child_process'
import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, test } from 'vitest'
import { RedisGrantStore } from '../../lib/stores/redis-grant-store.js'
import { grantStoreContract } from '../../lib/stores/store-contract.js'
import { freePort } from './free-port.js'
import { ownRedis, type OwnRedis } from './own-redis.js'
import { installedProgram } from './server-process.js'

const NODES = 3

const nodes = await startCluster()

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.remove()))
})

describe.skipIf(nodes.length === 0)('Redis Cluster (ioredis)', () => {
  const cluster = new Cluster(nodes.map(({ url }) => url))
  const store = new RedisGrantStore({ sendCommand: (command, ...args) => cluster.call(command, ...args) })
  for (const { title, run } of grantStoreContract(() => store)) test(title, run)
  afterAll(() => {
    cluster.disconnect()
  })
})

describe.skipIf(nodes.length === 0)('Redis Cluster (redis)', async () => {
  const cluster = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) })
  await cluster.connect()
  const store = new RedisGrantStore({ sendCommand: (...args) => cluster.sendCommand(args[3], false, args) })
  for (const { title, run } of grantStoreContract(() => store)) test(title, run)
  afterAll(() => {
    cluster.destroy()
  })
})

/** Nodes that share the slots; none where Redis is not installed. */
async function startCluster(): Promise<OwnRedis[]> {
  const cli = installedProgram('redis-cli') ?? installedProgram('valkey-cli')
  const started: OwnRedis[] = []
  while (cli !== undefined && started.length < NODES) {
    const node = await ownRedis('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()))
    if (node === undefined) return []
    started.push(node)
  }
  if (cli === undefined) return []
  const addresses = started.map(({ port }) => `127.0.0.1:${port}`)
  execFileSync(cli, ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'], {
    stdio: 'pipe',
  })
  for (const { port } of started) {
    while (!execFileSync(cli, ['-p', String(port), 'cluster', 'info']).includes('cluster_state:ok')) await sleep(50)
  }
  return started
}
