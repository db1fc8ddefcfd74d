/**
 * - `ISSUER_TIMEOUT`: the issuer did not respond in time.
 * - `ISSUER_FAILED`: it could not be reached, or its response cannot be used.
 * - `ISSUER_RECOVERED`: it responds again. Only `onError` sees this one, with the number of failures since it was last called.
 */
export type IssuerErrorCode = 'ISSUER_TIMEOUT' | 'ISSUER_FAILED' | 'ISSUER_RECOVERED'

export interface IssuerErrorOptions extends ErrorOptions {
  status?: number | undefined
}

/**
 * The issuer could not be asked for its keys or about a token, so it is not known whether a token is valid. The message is for
 * the operator; it contains no secret and no token.
 */
export class IssuerError extends Error {
  override readonly name = 'IssuerError'
  readonly code: IssuerErrorCode
  /** The HTTP status of the issuer's response, if that is what was wrong. */
  readonly status: number | undefined

  constructor(code: IssuerErrorCode, message: string, options: IssuerErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.status = options.status
  }
}
