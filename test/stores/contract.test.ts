import { test } from 'vitest'
import { grantStoreContract } from '../../lib/stores/store-contract.js'
import { onEveryStore } from './on-every-store.js'

await onEveryStore(({ store }) => {
  for (const { title, run } of grantStoreContract(store)) test(title, run)
})
