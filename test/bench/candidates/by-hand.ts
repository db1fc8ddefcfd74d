import express, { type Express, type RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import passport from 'passport'
import { BasicStrategy } from 'passport-http'
import { Strategy as LocalStrategy } from 'passport-local'
import { accessTokenSeconds, clientId, clientSecret, findUser, type BenchUser } from './scenario.js'
import { signTokenPair } from './token-signer.js'
import { tokenRequestBody } from './token-request-body.js'

/** What a team composes today from the same packages. */
export function byHand(): Express {
  passport.use(
    new BasicStrategy((id, secret, done) => {
      done(null, id === clientId && secret === clientSecret ? { id } : false)
    }),
  )
  passport.use(
    new LocalStrategy((username, password, done) => {
      done(null, findUser(username, password) ?? false)
    }),
  )

  const app = express()
  app.use(helmet())
  app.post(
    '/token',
    rateLimit({ windowMs: 60_000, limit: 1e9, standardHeaders: 'draft-8', legacyHeaders: false }),
    express.urlencoded({ extended: false }),
    passport.authenticate('basic', { session: false, assignProperty: 'client' }) as RequestHandler,
    passport.authenticate('local', { session: false }) as RequestHandler,
    (req, res) => {
      const { grant_type, scope = '' } = tokenRequestBody(req)
      if (grant_type !== 'password') {
        res.status(400).json({ error: 'unsupported_grant_type' })
        return
      }
      const { accessToken, refreshToken } = signTokenPair((req.user as BenchUser).id, scope)
      res.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
      res.json({
        token_type: 'Bearer',
        expires_in: accessTokenSeconds,
        access_token: accessToken,
        refresh_token: refreshToken,
        scope,
      })
    },
  )
  return app
}
