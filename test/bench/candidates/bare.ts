import express, { type Express } from 'express'
import { accessTokenSeconds, signingSecret } from './scenario.js'
import { signTokenPair, signingKey, verifyRefreshToken } from './token-signer.js'
import { tokenRequestBody } from './token-request-body.js'

/** The least that answers two JWTs: no check of the client or the user, no headers, no limit. */
export function bare(): Express {
  return bareWithKey(signingKey)
}

/** The same with the secret as a string, which jsonwebtoken turns into a key at every call. */
export function bareStringSecret(): Express {
  return bareWithKey(signingSecret)
}

function bareWithKey(key: typeof signingKey | string): Express {
  const app = express()
  app.post('/token', express.urlencoded({ extended: false }), (req, res) => {
    const { grant_type, username = '', refresh_token = '', scope = '' } = tokenRequestBody(req)
    const granted = grant_type === 'refresh_token' ? verifyRefreshToken(refresh_token) : { subject: username, scope }
    const pair = signTokenPair(granted.subject, granted.scope, key)
    res.json({
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      scope: granted.scope,
    })
  })
  return app
}
