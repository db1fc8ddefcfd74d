import type { CountAccount } from '../resource-owner.js'

/** A user whose password may be checked, or nobody, or why that cannot be told. */
export interface CountedAccount<U> {
  readonly user?: U
  readonly trouble?: Error
}

/**
 * Counts the login by the account that was found. An account whose limit is reached looks like an unknown user, and an unknown
 * user is counted too, so that the time that a shared store takes does not tell them apart.
 */
export async function countedAccount<U extends object>(
  user: U | undefined,
  count: CountAccount,
): Promise<CountedAccount<U>> {
  try {
    return (await count(user)) && user !== undefined ? { user } : {}
  } catch (error) {
    return { trouble: asError(error) }
  }
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
