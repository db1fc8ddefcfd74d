/** Everybody's, so that a server need not make ten thousand hashes before it starts. */
export const stormPassword = 'correct horse battery staple'

/** The bare one checks the password, two at once, and does nothing else. */
export const stormServers = ['bare', 'gated', 'ungated'] as const

/** The narrow one lets so many logins wait that most are turned away. */
export type StormServer = (typeof stormServers)[number] | 'narrow'

export type StormServerName = `storm ${StormServer}`
