/** What the users who are known have for a password. */
export const timingPassword = 'correct horse battery staple'

const states = ['known', 'unknown', 'disabled', 'locked', 'hashless'] as const

/** So many of each state, with names of one length: no name is looked up more often than others. */
const OF_EACH = 20

export const timingUsers = states.flatMap((state, kind) =>
  Array.from({ length: OF_EACH }, (_, index) => ({ state, name: `user-${kind}${String(index).padStart(2, '0')}` })),
)

/** With anything behind it, a name of the one account whose limit is reached, and of nobody. */
export const LIMITED_NAME = 'limited-'
export const UNLISTED_NAME = 'nobodys-'

export type TimingUserState = (typeof states)[number] | 'limited' | 'unlisted'
