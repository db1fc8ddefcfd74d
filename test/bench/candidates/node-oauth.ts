import OAuthServer from '@node-oauth/express-oauth-server'
import express, { type Express } from 'express'
import { inMemoryModel } from './node-oauth-model.js'

/** `@node-oauth/express-oauth-server`; two JWTs. */
export function nodeOauth(): Express {
  const oauth = new OAuthServer({ model: inMemoryModel() })
  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.post('/token', oauth.token())
  return app
}
