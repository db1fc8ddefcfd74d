import type { Reservation } from './limiter.js'

/** A login that the limiters have counted before its password was tried. */
export interface LoginAttempt {
  /** The password was right: the failures of this name at this address are made up for. */
  succeed(): Promise<void>
  /** It never came to a verdict on the password: the attempt counts no longer. */
  giveBack(): Promise<void>
}

export function loginAttempt(atAddress: Reservation | undefined, anywhere: Reservation | undefined): LoginAttempt {
  return {
    async succeed() {
      // The count by name alone is not cleared: a guesser elsewhere would begin anew whenever the user logs in.
      await Promise.all([atAddress?.clear(), anywhere?.giveBack()])
    },
    async giveBack() {
      await Promise.all([atAddress?.giveBack(), anywhere?.giveBack()])
    },
  }
}
