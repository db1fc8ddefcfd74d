import express, { type Express } from 'express'
import { oauthPasswordGrant, type GrantStore } from '../../../dist/index.js'
import { audience, clientId, clientSecret, findUser, issuer, scopes, signingSecret } from './scenario.js'

/** `oauthPasswordGrant` with every default on. */
export function ours(grantStore?: GrantStore): Express {
  const app = express()
  app.use(
    oauthPasswordGrant({
      issuer,
      audience,
      signingKeys: signingSecret,
      clients: [{ id: clientId, secret: clientSecret }],
      scopes,
      authenticateUser: findUser,
      refreshUser: false,
      ...(grantStore && { grantStore }),
    }),
  )
  return app
}
