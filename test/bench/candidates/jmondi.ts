import { AuthorizationServer, JwtService, type ResponseInterface } from '@jmondi/oauth2-server'
import { handleExpressError, handleExpressResponse, requestFromExpress } from '@jmondi/oauth2-server/express'
import express, { type Express, type Response } from 'express'
import { clientRepository, InMemoryTokenRepository, scopeRepository, userRepository } from './jmondi-repositories.js'
import { issuer } from './scenario.js'
import { signingKey } from './token-signer.js'

const respond: (res: Response, answer: ResponseInterface) => void = handleExpressResponse

/** `@jmondi/oauth2-server` on its Express adapter; two JWTs. Given a `KeyObject`, where its documentation shows a string. */
export function jmondi(): Express {
  const server = new AuthorizationServer(
    clientRepository,
    new InMemoryTokenRepository(),
    scopeRepository,
    new JwtService(signingKey),
    { issuer },
  )
  server.enableGrantTypes({ grant: 'password', userRepository }, 'refresh_token')

  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.post('/token', async (req, res) => {
    try {
      const answer = await server.respondToAccessTokenRequest(requestFromExpress(req))
      respond(res, answer)
    } catch (error) {
      handleExpressError(error, res)
    }
  })
  return app
}
