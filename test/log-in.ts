import { alice, basic, requestToken, webBackend } from './start-server.js'

/** The header of the client that the tests log in with. */
export const credentials = basic(webBackend)

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export type Answer = Awaited<ReturnType<typeof requestToken>>

export interface Login {
  /** Default: alice. */
  readonly user?: { readonly username: string; readonly password: string }
  readonly scope?: string
  /** Default: {@link credentials}. */
  readonly headers?: Record<string, string>
}

/** Logs a user in. @throws if the login is refused. */
export async function logIn(url: string, { user = alice, scope, headers = credentials }: Login = {}): Promise<Tokens> {
  const form = { grant_type: 'password', ...user, ...(scope !== undefined && { scope }) }
  return tokensOf(await requestToken(url, form, headers))
}

/** The tokens of a response. @throws if it is a refusal. */
export function tokensOf({ status, body }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = body
  if (status !== 200 || typeof access !== 'string' || typeof refresh !== 'string') {
    throw new Error(`Answered ${status}: ${JSON.stringify(body)}`)
  }
  return { access, refresh }
}
