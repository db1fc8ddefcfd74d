import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { clientKeyOf, type PrivateJwk } from '../client-key.js'
import type { Authentication } from './victim.js'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Authenticates as a client at the authorization server with this issuer by an assertion (RFC 7523), as the web site does. */
export async function privateKeyJwt(issuer: string, clientId: string, privateKey: PrivateJwk): Promise<Authentication> {
  const { key } = await clientKeyOf(privateKey)
  return async () => {
    const assertion = new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
    return { client_assertion_type: JWT_BEARER, client_assertion: await assertion.sign(key) }
  }
}
