/** How a user authenticated, as both tokens say it (RFC 9068 section 2.2.1). */
export interface AuthenticationMethods {
  /** The methods, by the names of RFC 8176. Absent in a token of a version that did not say it. */
  readonly amr?: readonly string[] | undefined
  /** The authentication context class, where the application names one. */
  readonly acr?: string | undefined
}

export const PASSWORD: AuthenticationMethods = Object.freeze({ amr: Object.freeze(['pwd']) })

/** Where the application does not say which second factor it was: a one-time password. */
export const PASSWORD_AND_SECOND_FACTOR: AuthenticationMethods = Object.freeze({
  amr: Object.freeze(['pwd', 'otp', 'mfa']),
})

/** What the claims of a token of ours say. */
export function authenticationMethods({ amr, acr }: Readonly<Record<string, unknown>>): AuthenticationMethods {
  return {
    ...(Array.isArray(amr) && amr.every((one) => typeof one === 'string') ? { amr } : {}),
    ...(typeof acr === 'string' ? { acr } : {}),
  }
}
