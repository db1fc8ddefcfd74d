// Sees whether the `grantStore` that a module exports keeps to the contract: node keep-contract.mjs ./module.js
import { MemoryGrantStore } from 'express-oauth-password-grant'
import { grantStoreContract } from 'express-oauth-password-grant/store-contract'

const { grantStore } = await import(process.argv[2])
const clock = grantStore instanceof MemoryGrantStore ? 'process' : 'store'
for (const { title, run } of grantStoreContract(() => grantStore, { clock })) {
  await run()
  console.log(title)
}
process.exit()
