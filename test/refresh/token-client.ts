import { alice, basic, postForm, requestToken, webBackend } from '../start-server.js'

export const credentials = basic(webBackend)

/** What every refused refresh token is answered, whatever the cause. */
export const INVALID_GRANT = {
  error: 'invalid_grant',
  error_description: 'The refresh token is invalid, expired or revoked',
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export type Answer = Awaited<ReturnType<typeof requestToken>>

export interface Login {
  readonly user?: { readonly username: string; readonly password: string }
  readonly scope?: string
  readonly headers?: Record<string, string>
}

export async function logIn(url: string, { user = alice, scope, headers = credentials }: Login = {}): Promise<Tokens> {
  const form = { grant_type: 'password', ...user, ...(scope !== undefined && { scope }) }
  return tokensOf(await requestToken(url, form, headers))
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

/** The tokens of an answer. @throws where it is a refusal. */
export function tokensOf({ status, body }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = body
  if (status !== 200 || typeof access !== 'string' || typeof refresh !== 'string') {
    throw new Error(`Answered ${status}: ${JSON.stringify(body)}`)
  }
  return { access, refresh }
}
