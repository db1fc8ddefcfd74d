/** Everybody's, so that a server need not make ten thousand hashes before it starts. */
export const stormPassword = 'correct horse battery staple'

export const stormNames = ['gated', 'ungated'] as const

export type StormServerName = `storm ${(typeof stormNames)[number]}`
