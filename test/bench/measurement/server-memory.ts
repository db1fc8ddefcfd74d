import type { ServerName } from '../candidates/servers.js'
import { drive } from '../load/drive.js'
import { HttpConnection } from '../load/http-connection.js'
import { refreshWorkload } from '../load/workload.js'
import { perLogin, type KeeperReport, type Kept } from '../memory/keeper-report.js'
import { probe } from './probe.js'
import { ServerProcess } from './server-process.js'
import type { StagedPackage } from './staged-package.js'

/** So many logins, each refreshed a few times, before anything is measured: code is compiled, pools are filled. */
const WARM_UP_LOGINS = 2000

/** What a whole server keeps, asked over HTTP: grants, limiters' counters and all. */
export async function measureServerMemory(
  node: string,
  staged: StagedPackage,
  name: ServerName,
  load: { readonly logins: number; readonly refreshes: number; readonly connections: number },
): Promise<KeeperReport> {
  const server = await ServerProcess.start(node, staged, name)
  const connections = await Promise.all(
    Array.from({ length: load.connections }, () => HttpConnection.open(server.port)),
  )
  const kept = async (): Promise<Kept> => ({ ...(await server.memory()), outside: undefined })
  try {
    await probe(name, server)
    await drive(connections, refreshWorkload(WARM_UP_LOGINS), { requests: WARM_UP_LOGINS * 5 })
    const workload = refreshWorkload(load.logins)
    const before = await kept()
    await drive(connections, workload, { requests: workload.preparation })
    const afterLogins = perLogin(before, await kept(), load.logins)
    await drive(connections, workload, { requests: load.logins * load.refreshes })
    return { afterLogins, afterRefreshes: perLogin(before, await kept(), load.logins) }
  } finally {
    for (const connection of connections) connection.close()
    await server.stop()
  }
}
