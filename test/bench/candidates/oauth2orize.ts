import express, { type Express, type RequestHandler } from 'express'
import passport from 'passport'
import { BasicStrategy } from 'passport-http'
import { ClientPasswordStrategy, oauth2orize, type ClientRow } from './oauth2orize-packages.js'
import { InMemoryTokenRows, jwtPair, randomTokenPair } from './oauth2orize-tokens.js'
import { accessTokenSeconds, clientId, clientSecret, findUser } from './scenario.js'

/** oauth2orize with Passport; its customary random tokens, which are cheaper than JWTs. */
export function oauth2orizeRandom(): Express {
  return oauth2orizeServer(new InMemoryTokenRows(randomTokenPair))
}

/** The same with two JWTs, as the other candidates answer them. */
export function oauth2orizeJwt(): Express {
  return oauth2orizeServer(new InMemoryTokenRows(jwtPair))
}

function oauth2orizeServer(tokens: InMemoryTokenRows): Express {
  const findClient = (id: string, secret: string): ClientRow | false =>
    id === clientId && secret === clientSecret && { id }

  passport.use(
    new BasicStrategy((id, secret, done) => {
      done(null, findClient(id, secret))
    }),
  )
  passport.use(
    new ClientPasswordStrategy((id, secret, done) => {
      done(null, findClient(id, secret))
    }),
  )

  const server = oauth2orize.createServer()
  server.exchange(
    oauth2orize.exchange.password((client, username, password, scope, done) => {
      const user = findUser(username, password)
      if (!user) {
        done(null, false)
        return
      }
      const issued = tokens.issue({ userId: user.id, clientId: client.id, scope })
      done(null, issued.accessToken, issued.refreshToken, { expires_in: accessTokenSeconds, scope: scope?.join(' ') })
    }),
  )
  server.exchange(
    oauth2orize.exchange.refreshToken((client, refreshToken, _scope, done) => {
      const row = tokens.take(refreshToken)
      if (row?.clientId !== client.id) {
        done(null, false)
        return
      }
      const issued = tokens.issue(row)
      done(null, issued.accessToken, issued.refreshToken, {
        expires_in: accessTokenSeconds,
        scope: row.scope?.join(' '),
      })
    }),
  )

  const app = express()
  app.post(
    '/token',
    express.urlencoded({ extended: false }),
    passport.authenticate(['basic', 'oauth2-client-password'], { session: false }) as RequestHandler,
    server.token(),
    server.errorHandler(),
  )
  return app
}
