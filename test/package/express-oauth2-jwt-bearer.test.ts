import { generateKeyPairSync } from 'node:crypto'
import express, { type ErrorRequestHandler } from 'express'
import { expect, test } from 'vitest'
import {
  alice,
  audience,
  basic,
  issuer,
  requestToken,
  signingSecret,
  startServer,
  startTokenServer,
  webBackend,
} from '../start-server.js'
import { expressOauth2JwtBearer, type BearerOptions } from './express-oauth2-jwt-bearer.js'

const { auth, claimCheck, requiredScopes } = expressOauth2JwtBearer()

const showError: ErrorRequestHandler = (
  error: { status?: number; headers?: Record<string, string> },
  _request,
  response,
  _next,
) => {
  response
    .status(error.status ?? 500)
    .set(error.headers ?? {})
    .end()
}

/** An API behind express-oauth2-jwt-bearer in strict mode, and a login. */
async function start(
  signingKeys: Parameters<typeof startTokenServer>[0],
  guard: Omit<BearerOptions, 'issuer' | 'audience' | 'strict'>,
) {
  const { url } = await startTokenServer(signingKeys)
  const app = express()
  app.use(auth({ issuer, audience, strict: true, ...guard }))
  app.get(
    '/contacts',
    requiredScopes('contacts.read'),
    claimCheck(({ sid, cid }) => sid !== undefined && cid === webBackend.id),
    (request, response) => {
      response.json((request as typeof request & { auth: unknown }).auth) // the boundary: the package adds it
    },
  )
  app.use(showError)
  const api = await startServer(app)
  const form = { grant_type: 'password', ...alice, scope: 'contacts.read' }
  const { body } = await requestToken(url, form, basic(webBackend))
  const get = (token: unknown) =>
    fetch(`${api.url}/contacts`, { headers: { authorization: `Bearer ${String(token)}` } })
  return { get, body, url }
}

test('express-oauth2-jwt-bearer in strict mode accepts an HS256 access token and shows the claims where our guard shows them', async () => {
  const { get, body } = await start({}, { secret: signingSecret, tokenSigningAlg: 'HS256' })
  const answer = await get(body['access_token'])
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    header: { typ: 'at+jwt' },
    payload: { sub: 'alice', scope: 'contacts.read' },
    token: body['access_token'],
  })
})

test('express-oauth2-jwt-bearer in strict mode accepts an ES256 access token with the keys that the server publishes', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { url } = await startTokenServer({ signingKeys: privateKey })
  const jwksUri = `${url}/.well-known/jwks.json`
  const { get, body } = await start({ signingKeys: privateKey }, { jwksUri, tokenSigningAlg: 'ES256' })
  expect((await get(body['access_token'])).status).toBe(200)
})

test('express-oauth2-jwt-bearer refuses a refresh token', async () => {
  const { get, body } = await start({}, { secret: signingSecret, tokenSigningAlg: 'HS256' })
  expect((await get(body['refresh_token'])).status).toBe(401)
})
