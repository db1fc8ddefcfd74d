/** What {@link requireSecondFactor} makes: a user whose password was right, and who is not let in by it alone. */
export class SecondFactorRequired<U> {
  readonly user: U

  constructor(user: U) {
    this.user = user
  }
}

/**
 * What `authenticateUser`, or the strategy in its place, answers instead of the user where the password is right and another
 * factor is needed. The client is told 403 `mfa_required`, and goes on by the option `secondFactor`.
 */
export function requireSecondFactor<U>(user: U): SecondFactorRequired<U> {
  return new SecondFactorRequired(user)
}
