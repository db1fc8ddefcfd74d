/** The status of each registered error code (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, RFC 7009 section 2.2.1, RFC 9470 section 3). */
const statusOf = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_token_type: 400,
  invalid_scope: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  insufficient_user_authentication: 401,
  access_denied: 403,
  mfa_required: 403,
  server_error: 500,
  temporarily_unavailable: 503,
} as const

export type OAuthErrorCode = keyof typeof statusOf

export interface OAuthErrorOptions {
  /** The HTTP status. Default: the one that belongs to the code. */
  status?: number | undefined
  /** Headers that ride on the refusal, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Members beside `error` and `error_description`, where an extension defines them (`mfa_token`). */
  members?: Readonly<Record<string, string | number>> | undefined
  /** What the operator is told and the client is not. */
  cause?: unknown
}

/**
 * A refusal that the client is told (RFC 6749 section 5.2). Thrown from a hook of the application it reaches the
 * client as it is; anything else that a hook throws is a 500.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly code: OAuthErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, string | number>>

  /** @param description Told to the client; characters that RFC 6749 section 5.2 does not allow become `?`. */
  constructor(code: OAuthErrorCode, description: string, options: OAuthErrorOptions = {}) {
    super(describable(description), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? statusOf[code]
    this.headers = options.headers ?? {}
    this.members = options.members ?? {}
  }
}

function describable(description: string): string {
  return description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/gu, '?')
}
