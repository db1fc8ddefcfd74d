import express, { type Express } from 'express'
import {
  oauthPasswordGrant,
  requireSecondFactor,
  type GrantStore,
  type KeyMaterial,
  type OAuthPasswordGrant,
} from 'express-oauth-password-grant'
import { accountApi } from './account-api.js'
import type { Clients } from './clients.js'
import type { SecondFactors } from './second-factors.js'
import type { TrustProxy } from './settings.js'
import type { Users } from './users.js'

export interface AuthorizationServerParts {
  /** The URL at which clients reach this server. */
  readonly issuer: string
  /** The API that the access tokens are for. */
  readonly audience: string
  /** A private key: whoever has it can make tokens. */
  readonly signingKey: KeyMaterial
  /** In seconds. */
  readonly accessTokenLifetime: number
  readonly trustProxy: TrustProxy
  readonly clients: Pick<Clients, 'find'>
  readonly users: Users
  readonly secondFactors: SecondFactors
  readonly grantStore: GrantStore
}

export interface AuthorizationServer {
  readonly app: Express
  readonly oauth: OAuthPasswordGrant
}

/** The authorization server: `POST /token`, `POST /revoke`, `POST /introspect`, `/account` and `GET /health`. */
export function authorizationServer(parts: AuthorizationServerParts): AuthorizationServer {
  const { issuer, audience, signingKey, accessTokenLifetime, trustProxy, clients, users, secondFactors, grantStore } =
    parts
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', trustProxy) // login limits count by the client's address

  const oauth = oauthPasswordGrant({
    issuer,
    audience,
    signingKeys: signingKey,
    accessTokenLifetime,
    refreshTokens: { retryWindow: '30s' }, // in which the web site repeats a refresh that got no answer
    scopes: ['contacts.read', 'contacts.write', 'account'],
    defaultScope: ['contacts.read', 'contacts.write'],
    clients: (id) => clients.find(id),
    async authenticateUser(name, password) {
      const user = await users.authenticate(name, password)
      return user !== undefined && (await secondFactors.isOn(user.id)) ? requireSecondFactor(user) : user
    },
    secondFactor: { verify: ({ id }, code) => secondFactors.verify(id, code) },
    refreshUser: (id) => users.find(id), // whoever was disabled since is signed out at the next refresh
    authorizeScope: ({ user, scope }) => [...user.scopes, 'account'].filter((each) => scope.split(' ').includes(each)),
    grantStore,
  })
  app.use(oauth)
  app.use('/account', accountApi({ oauth, users, secondFactors }))

  app.get('/health', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })

  return { app, oauth }
}
