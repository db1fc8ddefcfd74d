import { createSecretKey } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { accessTokenSeconds, audience, clientId, issuer, refreshTokenSeconds, signingSecret } from './scenario.js'

export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/** The fast form: jsonwebtoken parses a string anew at every call. */
export const signingKey = createSecretKey(Buffer.from(signingSecret))

/** An access token and a refresh token, as a user of jsonwebtoken writes them. */
export function signTokenPair(subject: string, scope: string, key: jwt.Secret = signingKey): TokenPair {
  return { accessToken: signAccessToken(subject, scope, key), refreshToken: signRefreshToken(subject, scope, key) }
}

export function signAccessToken(subject: string, scope: string, key: jwt.Secret = signingKey): string {
  return jwt.sign({ client_id: clientId, scope }, key, { expiresIn: accessTokenSeconds, issuer, audience, subject })
}

export function signRefreshToken(subject: string, scope: string, key: jwt.Secret = signingKey): string {
  return jwt.sign({ client_id: clientId, scope }, key, {
    expiresIn: refreshTokenSeconds,
    issuer,
    audience: issuer,
    subject,
  })
}

/** The claims of a refresh token, verified. */
export function verifyRefreshToken(refreshToken: string): { readonly subject: string; readonly scope: string } {
  const claims = jwt.verify(refreshToken, signingKey, { issuer, audience: issuer, algorithms: ['HS256'] })
  if (typeof claims === 'string' || claims.sub === undefined) throw new Error('a refresh token without a subject')
  return { subject: claims.sub, scope: String(claims.scope) }
}
