/**
 * - `GRANT_STORE_TIMEOUT`: the store did not answer in time. What was asked of it may still happen.
 * - `GRANT_STORE_FAILED`: the store failed; `cause` is what it threw.
 */
export type GrantStoreErrorCode = 'GRANT_STORE_TIMEOUT' | 'GRANT_STORE_FAILED'

/** A grant store did not answer, so that the outcome of the act is not known. */
export class GrantStoreError extends Error {
  override readonly name = 'GrantStoreError'
  readonly code: GrantStoreErrorCode

  constructor(code: GrantStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
