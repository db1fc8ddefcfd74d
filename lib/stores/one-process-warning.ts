let warned = false

/**
 * Says once, as a process warning with the code `OAUTH_MEMORY_GRANT_STORE`, that grants in memory are for one process.
 * For whoever takes a {@link MemoryGrantStore} without having been asked to.
 */
export function warnOfOneProcess(): void {
  if (warned) return
  warned = true
  process.emitWarning(
    'Grants are kept in the memory of this process: a restart ends them all, and a second process does not know of them.',
    {
      code: 'OAUTH_MEMORY_GRANT_STORE',
      detail:
        'Give `grantStore` a SqlGrantStore or a RedisGrantStore; or `new MemoryGrantStore()` where this is meant.',
    },
  )
}
