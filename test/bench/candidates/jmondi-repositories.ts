import {
  DateInterval,
  generateRandomToken,
  type OAuthClient,
  type OAuthClientRepository,
  type OAuthScope,
  type OAuthScopeRepository,
  type OAuthToken,
  type OAuthTokenRepository,
  type OAuthUser,
  type OAuthUserRepository,
} from '@jmondi/oauth2-server'
import { clientId, clientSecret, findUser, scopes } from './scenario.js'

const knownScopes: OAuthScope[] = scopes.map((name) => ({ name }))

export const jmondiClient: OAuthClient = {
  id: clientId,
  name: clientId,
  secret: clientSecret,
  redirectUris: [],
  allowedGrants: ['password', 'refresh_token'],
  scopes: knownScopes,
}

export const clientRepository: OAuthClientRepository = {
  getByIdentifier: (id) =>
    id === jmondiClient.id ? Promise.resolve(jmondiClient) : Promise.reject(new Error('unknown client')),
  isClientValid: (grantType, client, secret) =>
    Promise.resolve(client.secret === secret && client.allowedGrants.includes(grantType)),
}

export const scopeRepository: OAuthScopeRepository = {
  getAllByIdentifiers: (names) => Promise.resolve(knownScopes.filter((scope) => names.includes(scope.name))),
  finalize: (granted) => Promise.resolve(granted),
}

export const userRepository: OAuthUserRepository = {
  getUserByCredentials: (username, password) => {
    const user = findUser(String(username), password ?? '')
    return Promise.resolve<OAuthUser | undefined>(user && { id: user.id })
  },
}

/**
 * One row for each pair of tokens, as in the example of the package: a revoked row stays, with its expiry set to 1970.
 * Looked up by key, where the example asks its database.
 */
export class InMemoryTokenRepository implements OAuthTokenRepository {
  readonly #byAccessToken = new Map<string, OAuthToken>()
  readonly #byRefreshToken = new Map<string, OAuthToken>()

  issueToken(client: OAuthClient, granted: OAuthScope[], user?: OAuthUser | null): Promise<OAuthToken> {
    return Promise.resolve({
      accessToken: generateRandomToken(),
      accessTokenExpiresAt: new DateInterval('1h').getEndDate(),
      refreshToken: null,
      refreshTokenExpiresAt: null,
      client,
      user: user ?? null,
      scopes: granted,
    })
  }

  persist(token: OAuthToken): Promise<void> {
    this.#byAccessToken.set(token.accessToken, token)
    return Promise.resolve()
  }

  issueRefreshToken(token: OAuthToken): Promise<OAuthToken> {
    token.refreshToken = generateRandomToken()
    token.refreshTokenExpiresAt = new DateInterval('14d').getEndDate()
    this.#byRefreshToken.set(token.refreshToken, token)
    return Promise.resolve(token)
  }

  revoke(token: OAuthToken): Promise<void> {
    token.accessTokenExpiresAt = new Date(0)
    token.refreshTokenExpiresAt = new Date(0)
    return Promise.resolve()
  }

  getByRefreshToken(refreshToken: string): Promise<OAuthToken> {
    const token = this.#byRefreshToken.get(refreshToken)
    return token ? Promise.resolve(token) : Promise.reject(new Error('unknown refresh token'))
  }

  isRefreshTokenRevoked(token: OAuthToken): Promise<boolean> {
    return Promise.resolve(Date.now() > (token.refreshTokenExpiresAt?.getTime() ?? 0))
  }
}
