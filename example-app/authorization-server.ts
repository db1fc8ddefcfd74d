import express, { type Express } from 'express'
import {
  oauthPasswordGrant,
  type OAuthPasswordGrant,
  type OAuthPasswordGrantOptions,
} from 'express-oauth-password-grant'
import { accountApi } from './account-api.js'
import type { Clients } from './clients.js'
import type { SecondFactors } from './second-factors.js'
import type { TrustProxy } from './settings.js'
import { passwordsOf, type User, type Users } from './users.js'

/** What is not the same everywhere: URLs, keys, stores. */
type Deployment = Required<
  Pick<
    OAuthPasswordGrantOptions,
    'issuer' | 'audience' | 'signingKeys' | 'accessTokenLifetime' | 'grantStore' | 'limits'
  >
>

export interface AuthorizationServerParts {
  readonly deployment: Deployment
  readonly trustProxy: TrustProxy
  readonly clients: Clients
  readonly users: Users
  readonly secondFactors: SecondFactors
}

/** The authorization server: `POST /token`, `POST /revoke`, `POST /introspect`, `/account` and `GET /health`. */
export function authorizationServer(parts: AuthorizationServerParts): {
  app: Express
  oauth: OAuthPasswordGrant<User>
} {
  const { deployment, trustProxy, clients, users, secondFactors } = parts
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', trustProxy) // login limits count by the client's address

  const oauth = oauthPasswordGrant<User>({
    ...deployment,
    refreshTokens: { retryWindow: '30s' }, // in which the web site repeats a refresh that got no answer
    scopes: ['contacts.read', 'contacts.write', 'account'],
    defaultScope: ['contacts.read', 'contacts.write'],
    clients: (id) => clients.find(id),
    authenticateUser: passwordsOf(users, secondFactors),
    secondFactor: { verify: ({ id }, code) => secondFactors.verify(id, code) },
    refreshUser: (id) => users.find(id), // whoever was disabled since is signed out at the next refresh
    authorizeScope: ({ user, scope }) => [...user.scopes, 'account'].filter((each) => scope.split(' ').includes(each)),
  })
  app.use(oauth)
  app.use('/account', accountApi({ oauth, clients, users, secondFactors }))

  app.get('/health', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })

  return { app, oauth }
}
