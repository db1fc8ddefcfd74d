/** The limiters that there are. Each counts failures only. */
export type LimitName = 'clientAddress' | 'userAndAddress' | 'user'
