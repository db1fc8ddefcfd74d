import { test } from 'vitest'
import { grantStoreContract } from '../../lib/stores/store-contract.js'
import { onEveryStore } from './on-every-store.js'

await onEveryStore(
  ({ place, store }) => {
    const clock = place.kind === 'memory' ? 'process' : 'store'
    for (const { title, run } of grantStoreContract(store, { clock })) test(title, run)
  },
  () => true,
  { isContract: true },
)
