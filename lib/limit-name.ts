/** The limiters that there are. Each counts failures only. */
export type LimitName = 'clientAddress' | 'address' | 'userAndAddress' | 'user' | 'secondFactor'

/** What `limits.store` makes stores for: each limiter, and the memory of addresses from which users have logged in. */
export type LimitStoreName = LimitName | 'knownAddress'
