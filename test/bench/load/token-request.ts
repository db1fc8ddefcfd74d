import { clientId, clientSecret, scopes, userAt } from '../candidates/scenario.js'

const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`

/** An access token request (RFC 6749 section 4.3.2) as bytes of HTTP/1.1, with the headers that an ordinary client sends. */
export function passwordRequest(userIndex: number, password = userAt(userIndex).password): string {
  const { username } = userAt(userIndex)
  return tokenRequest({ grant_type: 'password', username, password, scope: scopes.join(' ') })
}

/** The same by a backend that names the address of each user, of whom no two share one. */
export function passwordRequestFromHome(userIndex: number, password: string): string {
  const { username } = userAt(userIndex)
  const address = `198.18.${Math.floor(userIndex / 250)}.${(userIndex % 250) + 1}`
  return formRequest(
    '/token',
    { grant_type: 'password', username, password, scope: scopes.join(' ') },
    { 'End-User-Address': address },
  )
}

/** A refresh request (RFC 6749 section 6). */
export function refreshRequest(refreshToken: string): string {
  return tokenRequest({ grant_type: 'refresh_token', refresh_token: refreshToken })
}

function tokenRequest(parameters: Record<string, string>): string {
  return formRequest('/token', parameters)
}

/** A form to any path, as a client sends it. */
export function formRequest(
  path: string,
  parameters: Record<string, string>,
  headers: Record<string, string> = {},
): string {
  const body = new URLSearchParams(parameters).toString()
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: keep-alive',
    `Authorization: ${authorization}`,
    'Accept: application/json',
    'User-Agent: bench/1.0',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}
