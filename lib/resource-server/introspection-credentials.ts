import { randomUUID } from 'node:crypto'
import { nonEmptyText, wrong } from '../options/option-kinds.js'
import { JWT_BEARER } from '../strategies/private-key-jwt.js'
import { signJwt } from '../tokens/jwt.js'
import { signingKey } from '../tokens/signing-key.js'

/** What authenticates one introspection request. */
export interface IntrospectionCredentials {
  /** The value of the `Authorization` header. */
  readonly authorization?: string
  readonly parameters: Readonly<Record<string, string>>
}

/** How long an assertion is valid, in seconds. */
const LIFETIME = 60

/**
 * Authenticates introspection requests by HTTP Basic, or by `private_key_jwt` (RFC 7523) with a new assertion for each.
 * @throws TypeError if not exactly one of the two is given, or if it is wrong
 */
export function introspectionCredentials(
  issuer: string,
  members: { readonly clientId?: unknown; readonly clientSecret?: unknown; readonly clientKey?: unknown },
): () => IntrospectionCredentials {
  const clientId = nonEmptyText('introspection.clientId', members.clientId)
  if ((members.clientSecret === undefined) === (members.clientKey === undefined)) {
    throw new TypeError('introspection must have one of clientSecret and clientKey: give the one that the client has.')
  }
  if (members.clientKey === undefined) {
    const parts = [clientId, secretText('introspection.clientSecret', members.clientSecret)]
    const authorization = `Basic ${Buffer.from(parts.map(formEncoded).join(':')).toString('base64')}`
    return () => ({ authorization, parameters: {} })
  }
  const key = signingKey('introspection.clientKey', members.clientKey)
  if (key.algorithm === 'HS256') {
    throw new TypeError('introspection.clientKey is a secret: give the private key of the client.')
  }
  return () => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: clientId, sub: clientId, aud: issuer, iat: now, exp: now + LIFETIME, jti: randomUUID() }
    const parameters = { client_assertion_type: JWT_BEARER, client_assertion: signJwt('JWT', claims, key) }
    return { parameters }
  }
}

/** `nonEmptyText` would show a secret that lost its quotes and became a number. */
function secretText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw wrong(option, value, 'give a string that is not empty')
  return value
}

/** RFC 6749 section 2.3.1 */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
