import express, { type Express, type RequestHandler } from 'express'
import { expressjwt } from 'express-jwt'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { oauthPasswordGrant, resourceServer } from '../../../dist/index.js'
import { expressOauth2JwtBearer } from '../../package/express-oauth2-jwt-bearer.js'
import { guardKey, guardKeyId, type GuardAlgorithm } from './guard-keys.js'
import { GUARDED, guardIssuer, type GuardName } from './guard-scenario.js'
import { audience, clientId, clientSecret } from './scenario.js'

const guards = {
  /** No guard at all: what the rest costs. */
  bare: () => (_request, _response, next) => {
    next()
  },
  ours: (algorithm, jwksUri) =>
    resourceServer({
      issuer: guardIssuer,
      audience,
      ...(algorithm === 'HS256' ? { secret: guardKey(algorithm).verifyWith } : { jwksUri }),
    }).requireAccessToken(),
  'ours-own': (algorithm) =>
    oauthPasswordGrant({
      issuer: guardIssuer,
      audience,
      signingKeys: { key: guardKey(algorithm).signWith, keyId: guardKeyId },
      clients: [{ id: clientId, secret: clientSecret }],
      authenticateUser: () => undefined,
      refreshUser: false,
    }).requireAccessToken(),
  'express-oauth2-jwt-bearer': (algorithm, jwksUri) =>
    expressOauth2JwtBearer().auth({
      issuer: guardIssuer,
      audience,
      strict: true,
      ...(algorithm === 'HS256'
        ? { secret: guardKey(algorithm).verifyWith.export().toString(), tokenSigningAlg: algorithm }
        : { jwksUri, tokenSigningAlg: algorithm }),
    }),
  // Both take the key that is cheapest for them: jsonwebtoken parses a text at each call.
  'express-jwt': (algorithm) =>
    expressjwt({ secret: guardKey(algorithm).verifyWith, algorithms: [algorithm], issuer: guardIssuer, audience }),
  'passport-jwt': (algorithm) => {
    const own = new passport.Passport()
    own.use(
      new Strategy(
        {
          secretOrKey: guardKey(algorithm).verifyWith as unknown as string, // its types are older than KeyObject
          jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
          algorithms: [algorithm],
          issuer: guardIssuer,
          audience,
        },
        (payload: Express.User, done) => {
          done(null, payload)
        },
      ),
    )
    return own.authenticate('jwt', { session: false }) as RequestHandler // the boundary: its types say any
  },
} satisfies Record<GuardName, (algorithm: GuardAlgorithm, jwksUri: string) => RequestHandler>

/** A guarded route, and the keys of whoever fetches them. */
export function guarded(name: GuardName, algorithm: GuardAlgorithm): Express {
  const app = express()
  let guard: RequestHandler | undefined
  app.get('/jwks.json', (_request, response) => {
    const jwk = guardKey(algorithm).verifyWith.export({ format: 'jwk' })
    response.json({ keys: [{ ...jwk, kid: guardKeyId, alg: algorithm, use: 'sig' }] })
  })
  app.get(
    '/guarded',
    (request, response, next) => {
      guard ??= guards[name](algorithm, `http://127.0.0.1:${String(request.socket.localPort)}/jwks.json`)
      guard(request, response, next)
    },
    (_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.setHeader('content-length', GUARDED.length)
      response.end(GUARDED)
    },
  )
  return app
}
