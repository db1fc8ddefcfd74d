/**
 * - `ISSUER_TIMEOUT`: the issuer did not answer in time.
 * - `ISSUER_FAILED`: it could not be reached, or its answer is none that can be used.
 */
export type IssuerErrorCode = 'ISSUER_TIMEOUT' | 'ISSUER_FAILED'

export interface IssuerErrorOptions extends ErrorOptions {
  status?: number
}

/**
 * A resource server asked the issuer in vain, so that it is not known whether a token is valid. The message is for the
 * operator, and holds no secret and no token.
 */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
  readonly code: IssuerErrorCode
  /** The HTTP status of the issuer's answer, where that is what was wrong. */
  readonly status: number | undefined

  constructor(code: IssuerErrorCode, message: string, options: IssuerErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.status = options.status
  }
}
