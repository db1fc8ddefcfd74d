import { demo } from '../../example-app/demo.js'
import { siteAuthentication } from './site-authentication.js'

export interface TokenAnswer {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: Readonly<Record<string, unknown>>
}

const { client, alice } = demo

/** What the token endpoint of the example-app answers to its demo client; or to the web site, on behalf of whoever is at an address. */
export async function tokenRequest(
  url: string,
  parameters: Readonly<Record<string, string>>,
  address?: string,
): Promise<TokenAnswer> {
  const { headers, credentials } =
    address === undefined
      ? { headers: { Authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` }, credentials: {} }
      : { headers: { 'End-User-Address': address }, credentials: await siteAuthentication(url) }
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: new Headers(headers),
    body: new URLSearchParams({ ...parameters, ...credentials }),
  })
  const body = (await response.json()) as TokenAnswer['body'] // the boundary
  return { status: response.status, retryAfter: response.headers.get('Retry-After'), body }
}

export function login(
  url: string,
  { name, password }: { name: string; password: string } = alice,
  address?: string,
): Promise<TokenAnswer> {
  return tokenRequest(url, { grant_type: 'password', username: name, password }, address)
}

export function refresh(url: string, { body }: TokenAnswer): Promise<TokenAnswer> {
  return tokenRequest(url, { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) })
}
