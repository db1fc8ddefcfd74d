/** Everybody's, so that a server need not make ten thousand hashes before it starts. */
export const stormPassword = 'correct horse battery staple'

/** The bare one checks the password, two at once, and does nothing else. */
export const stormServers = ['bare', 'gated', 'ungated'] as const

export type StormServer = (typeof stormServers)[number]

export type StormServerName = `storm ${StormServer}`
