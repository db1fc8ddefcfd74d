/** What {@link requireSecondFactor} returns: a user whose password was right, but is not enough. */
export class SecondFactorRequired<U> {
  readonly user: U

  constructor(user: U) {
    this.user = user
  }
}

/**
 * Return it from `authenticateUser`, or from the user strategy, instead of the user if the password is right and another factor is
 * needed. The client then gets a 403 `mfa_required` with an `mfa_token`, and the option `secondFactor` checks the answer.
 */
export function requireSecondFactor<U>(user: U): SecondFactorRequired<U> {
  return new SecondFactorRequired(user)
}
