import { isKeeperName, keepers } from './keepers.js'
import { memoryInUse } from './memory-in-use.js'
import { perLogin, type KeeperReport, type Kept } from './keeper-report.js'
import type { TokenKeeper } from './token-keeper.js'

// Fills one keeper in a process of its own: arguments are its name, how many logins, and how often each is refreshed.

const [name, logins, refreshes] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])]
if (!isKeeperName(name)) throw new Error(`no such keeper: ${name ?? ''}`)

/** So many calls are under way at once, where a call takes its time. */
const CONCURRENCY = 32

const keeper = await keepers[name](logins)
process.on('disconnect', () => {
  void Promise.resolve(keeper.close?.()).finally(() => process.exit())
})

const before = await kept(keeper)
await forEachLogin((index) => keeper.login(index))
const afterLogins = perLogin(before, await kept(keeper), logins)
for (let turn = 0; turn < refreshes; turn++) await forEachLogin((index) => keeper.refresh(index))
const afterRefreshes = perLogin(before, await kept(keeper), logins)
process.send?.({ afterLogins, afterRefreshes } satisfies KeeperReport)
process.disconnect()

async function kept(keeper: TokenKeeper): Promise<Kept> {
  const { heap, resident } = memoryInUse()
  return { heap, resident, outside: await keeper.bytesOutside?.() }
}

async function forEachLogin(act: (index: number) => void | Promise<void>): Promise<void> {
  for (let start = 0; start < logins; start += CONCURRENCY) {
    const pending: Promise<void>[] = []
    for (let index = start; index < Math.min(start + CONCURRENCY, logins); index++) {
      const outcome = act(index)
      if (outcome) pending.push(outcome)
    }
    if (pending.length > 0) await Promise.all(pending)
  }
}
