import type OAuth2Server from '@node-oauth/oauth2-server'
import { clientId, clientSecret, findUser, scopes } from './scenario.js'
import { signAccessToken, signRefreshToken } from './token-signer.js'

type Model = OAuth2Server.PasswordModel & OAuth2Server.RefreshTokenModel

const client: OAuth2Server.Client = { id: clientId, grants: ['password', 'refresh_token'] }

interface AccessTokenRow {
  readonly accessTokenExpiresAt: Date | undefined
  readonly scope: string[] | undefined
  readonly clientId: string
  readonly userId: string
}

interface RefreshTokenRow {
  readonly refreshTokenExpiresAt: Date | undefined
  readonly scope: string[] | undefined
  readonly clientId: string
  readonly userId: string
}

/**
 * One row for each access token and one for each refresh token, as in the package's documentation of `saveToken`;
 * `revokeToken` deletes the refresh token's row.
 */
export class InMemoryTokens {
  readonly #accessTokens = new Map<string, AccessTokenRow>()
  readonly #refreshTokens = new Map<string, RefreshTokenRow>()

  save(token: OAuth2Server.Token, client: OAuth2Server.Client, user: OAuth2Server.User): OAuth2Server.Token {
    const scope = token.scope
    const userId = String(user['id'])
    const { accessTokenExpiresAt, refreshTokenExpiresAt } = token
    this.#accessTokens.set(token.accessToken, { accessTokenExpiresAt, scope, clientId: client.id, userId })
    if (token.refreshToken !== undefined) {
      this.#refreshTokens.set(token.refreshToken, { refreshTokenExpiresAt, scope, clientId: client.id, userId })
    }
    return { ...token, client, user }
  }

  findRefreshToken(refreshToken: string): OAuth2Server.RefreshToken | false {
    const row = this.#refreshTokens.get(refreshToken)
    if (!row) return false
    return {
      refreshToken,
      ...(row.refreshTokenExpiresAt && { refreshTokenExpiresAt: row.refreshTokenExpiresAt }),
      ...(row.scope && { scope: row.scope }),
      client,
      user: { id: row.userId },
    }
  }

  revoke(refreshToken: string): boolean {
    return this.#refreshTokens.delete(refreshToken)
  }
}

/** A model that answers JWTs, on rows in memory. */
export function inMemoryModel(): Model {
  const tokens = new InMemoryTokens()
  return {
    getClient: (id, secret) => Promise.resolve(id === clientId && secret === clientSecret && client),
    getUser: (username, password) => Promise.resolve(findUser(username, password)),
    validateScope: (_user, _client, scope) =>
      Promise.resolve((scope ?? []).every((name) => scopes.includes(name)) && (scope ?? [])),
    generateAccessToken: (_client, user, scope) =>
      Promise.resolve(signAccessToken(String(user['id']), (scope as string[] | undefined)?.join(' ') ?? '')),
    generateRefreshToken: (_client, user, scope) =>
      Promise.resolve(signRefreshToken(String(user['id']), (scope as string[] | undefined)?.join(' ') ?? '')),
    saveToken: (token, client, user) => Promise.resolve(tokens.save(token, client, user)),
    getAccessToken: () => Promise.resolve(false),
    getRefreshToken: (refreshToken) => Promise.resolve(tokens.findRefreshToken(refreshToken)),
    revokeToken: (token) => Promise.resolve(tokens.revoke(token.refreshToken)),
  }
}
