import type { Reservation } from './limiter.js'

/** A login that the limiters have counted before its password was tried. */
export interface LoginAttempt {
  /**
   * The password was right: the failures of this name at this address are made up for, the attempt counts nowhere, and the
   * address is known from now on.
   */
  succeed(): Promise<void>
  /** It never came to a verdict on the password: the attempt counts no longer. */
  giveBack(): Promise<void>
}

/** What a login has reserved, by limiter: absent where the limiter is off or is not asked. */
export interface LoginReservations {
  readonly address: Reservation | undefined
  readonly userAndAddress: Reservation | undefined
  readonly user: Reservation | undefined
}

/** @param remember Makes the address of the login one that is known for this user. */
export function loginAttempt(
  { address, userAndAddress, user }: LoginReservations,
  remember: () => Promise<void>,
): LoginAttempt {
  return {
    async succeed() {
      // Neither the count of the name alone nor that of the address is cleared: a guesser elsewhere would begin anew whenever
      // the user logs in, and one with an account of his own whenever he does.
      await Promise.all([userAndAddress?.clear(), address?.giveBack(), user?.giveBack(), remember()])
    },
    async giveBack() {
      await Promise.all([userAndAddress?.giveBack(), address?.giveBack(), user?.giveBack()])
    },
  }
}
