// Sees whether the `grantStore` that a module exports keeps to the contract: node keep-contract.mjs ./module.js
import { grantStoreContract } from 'express-oauth-password-grant/store-contract'

const { grantStore } = await import(process.argv[2])
for (const { title, run } of grantStoreContract(() => grantStore)) {
  await run()
  console.log(title)
}
process.exit()
