/** Options of `oauth.authenticate` and `oauth.authenticateSecondFactor`. */
export interface AuthenticateOptions {
  /**
   * The IP address of the end user, if the request comes from a backend on that user's behalf. Limits, known addresses and
   * events use it instead of `req.ip`. Take it only from a client that you trust to name it: anyone else could choose by which
   * address the limits count. Default: `req.ip`.
   */
  readonly endUserAddress?: string | undefined
}
