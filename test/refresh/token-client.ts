import { credentials, tokensOf, type Answer, type Tokens } from '../log-in.js'
import { postForm, requestToken } from '../start-server.js'

/** What every refused refresh token is answered, whatever the cause. */
export const INVALID_GRANT = {
  error: 'invalid_grant',
  error_description: 'The refresh token is invalid, expired or revoked',
}

export function refresh(
  url: string,
  token: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = credentials,
): Promise<Answer> {
  return requestToken(url, { grant_type: 'refresh_token', refresh_token: token, ...more }, headers)
}

/** Refreshes, and throws where that is refused. */
export async function refreshed(url: string, token: string, more: Record<string, string> = {}): Promise<Tokens> {
  return tokensOf(await refresh(url, token, more))
}

export function introspect(url: string, token: string, headers: Record<string, string> = credentials): Promise<Answer> {
  return postForm(`${url}/introspect`, { token }, headers)
}

export function revoke(url: string, token: string, headers: Record<string, string> = credentials): Promise<Answer> {
  return postForm(`${url}/revoke`, { token }, headers)
}

/** The status of a guarded route. */
export async function statusOf(url: string, accessToken: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  await response.arrayBuffer()
  return response.status
}
