/** The limiters. Each counts failures only, except that `secondFactorPrompt` counts calls of `secondFactor.sendCode`. */
export type LimitName = 'clientAddress' | 'address' | 'userAndAddress' | 'user' | 'secondFactor' | 'secondFactorPrompt'

/** What `limits.store` makes stores for: each limiter, and the memory of addresses from which users have logged in. */
export type LimitStoreName = LimitName | 'knownAddress'
