import { OAuthError } from '../oauth-error.js'

/** What a route requires, as its challenge says. */
export interface Requirement {
  readonly realm: string
  readonly scope: readonly string[]
  /** Seconds. */
  readonly maxAge: number | undefined
}

/** RFC 6750 section 3.1: a request that says nothing of a token is told no error code. */
export const NOTHING_SENT = new OAuthError('invalid_token', 'An access token is required')

/** The same words whatever the cause. */
export const INVALID_TOKEN = new OAuthError('invalid_token', 'The access token is invalid, expired or revoked')

export const INSUFFICIENT_SCOPE = new OAuthError('insufficient_scope', 'The access token has too little scope')

export const AUTHENTICATION_TOO_OLD = new OAuthError(
  'insufficient_user_authentication',
  'The user must give the password anew',
)

/** The refusal with its challenge (RFC 6750 section 3, RFC 9470 section 3); what is no refusal stays as it is. */
export function challenged({ realm, scope, maxAge }: Requirement, error: unknown): unknown {
  if (!(error instanceof OAuthError)) return error
  const attributes = [`realm="${realm}"`]
  if (error !== NOTHING_SENT) attributes.push(`error="${error.code}"`, `error_description="${error.message}"`)
  if (error.code === 'insufficient_scope') attributes.push(`scope="${scope.join(' ')}"`)
  if (error.code === 'insufficient_user_authentication') attributes.push(`max_age="${String(maxAge)}"`)
  return new OAuthError(error.code, error.message, {
    status: error.status,
    headers: { ...error.headers, 'WWW-Authenticate': `Bearer ${attributes.join(', ')}` },
  })
}
