import { generateKeyPairSync } from 'node:crypto'
import { createServer, request as httpRequest } from 'node:http'
import express, { type Express } from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth4webapi from 'oauth4webapi'
import {
  allowInsecureRequests,
  ClientSecretPost,
  discovery,
  genericGrantRequest,
  refreshTokenGrant,
} from 'openid-client'
import { expect, onTestFinished, test } from 'vitest'
import { oauthPasswordGrant, resourceServer, type OAuthPasswordGrant } from '../../lib/index.js'
import { alice, audience, startServer, testOptions, webBackend } from '../start-server.js'
import { freePort } from '../stores/free-port.js'

const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

interface SetUp {
  readonly title: string
  /** The path of the issuer. */
  readonly path: string
  readonly mount: (app: Express, oauth: OAuthPasswordGrant) => unknown
  /** What a proxy in front of the application makes of a path. */
  readonly proxy?: (path: string) => string
  /** Only our own guard looks where the metadata are. */
  readonly isUnderIssuer?: true
}

const stripAuth = (path: string) => path.replace(/^\/auth(?=\/)/, '')

const setUps: readonly SetUp[] = [
  { title: 'at the root', path: '', mount: (app, oauth) => app.use(oauth) },
  {
    title: 'under a path that the issuer has',
    path: '/auth',
    mount: (app, oauth) => app.use('/auth', oauth).use(oauth.wellKnown('/auth')),
  },
  {
    title: 'under a path that the issuer has not',
    path: '',
    mount: (app, oauth) => app.use('/auth', oauth).use(oauth.wellKnown('/auth')),
  },
  {
    title: 'under a path, without wellKnown',
    path: '/auth',
    mount: (app, oauth) => app.use('/auth', oauth),
    isUnderIssuer: true,
  },
  {
    title: 'behind a proxy that takes the path away',
    path: '/auth',
    mount: (app, oauth) => app.use(oauth),
    proxy: stripAuth,
  },
  {
    title: 'behind a proxy that takes a path away, under another one',
    path: '/auth/v2',
    mount: (app, oauth) => app.use('/v2', oauth).use(oauth.wellKnown('/v2')),
    proxy: stripAuth,
  },
  {
    title: 'behind a proxy that passes on no more than what is under the path',
    path: '/auth',
    mount: (app, oauth) => app.use(oauth),
    proxy: (path) => (path.startsWith('/auth/') ? stripAuth(path) : '/nowhere'),
    isUnderIssuer: true,
  },
  {
    title: 'of an issuer with a slash at its end',
    path: '/auth/',
    mount: (app, oauth) => app.use('/auth', oauth).use(oauth.wellKnown('/auth')),
  },
]

/** An authorization server at the URL that it calls its issuer. */
async function startIssuer({ path, mount, proxy }: SetUp): Promise<string> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}${path}`
  const app = express()
  mount(app, oauthPasswordGrant({ ...testOptions(), issuer, signingKeys: privateKey }))
  const { port: behind } = new URL((await startServer(app)).url)
  const front = createServer((request, response) => {
    const { method, headers, url = '' } = request
    const forwarded = httpRequest(
      { port: behind, host: '127.0.0.1', method, headers, path: proxy?.(url) ?? url },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(forwarded)
  })
  await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    front.close()
    front.closeAllConnections()
  })
  return issuer
}

/** Where clients look that know RFC 8414 section 3.1 and no more. */
const atRoot = setUps.filter(({ isUnderIssuer }) => isUnderIssuer === undefined)

test.for(atRoot)('openid-client finds a server $title, logs in and refreshes.', async (setUp) => {
  const issuer = await startIssuer(setUp)
  const authentication = ClientSecretPost(webBackend.secret)
  const config = await discovery(new URL(issuer), webBackend.id, undefined, authentication, {
    algorithm: 'oauth2',
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
    execute: [allowInsecureRequests],
  })
  expect(config.serverMetadata().issuer).toBe(issuer)
  const tokens = await genericGrantRequest(config, 'password', { ...alice })
  expect((await refreshTokenGrant(config, tokens.refresh_token ?? '')).access_token).toEqual(expect.any(String))
})

test.for(atRoot)('oauth4webapi finds a server $title, and jose checks its tokens.', async (setUp) => {
  const issuer = await startIssuer(setUp)
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- deprecated to stand out; the server is on loopback
  const insecure = { [oauth4webapi.allowInsecureRequests]: true }
  const found = await oauth4webapi.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...insecure })
  const server = await oauth4webapi.processDiscoveryResponse(new URL(issuer), found)
  const answer = await oauth4webapi.genericTokenEndpointRequest(
    server,
    { client_id: webBackend.id },
    oauth4webapi.ClientSecretBasic(webBackend.secret),
    'password',
    { ...alice },
    insecure,
  )
  const client = { client_id: webBackend.id }
  const { access_token } = await oauth4webapi.processGenericTokenEndpointResponse(server, client, answer)
  const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
  const { payload } = await jwtVerify(access_token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })
  expect(payload.sub).toBe('alice')
})

test.for(setUps)('Our own guard, which knows its URL alone, finds a server $title.', async (setUp) => {
  const issuer = await startIssuer(setUp)
  const errors: unknown[] = []
  const { requireAccessToken: guard } = resourceServer({ issuer, audience, onError: (error) => errors.push(error) })
  const api = express().get('/contacts', guard('contacts.read'), (_request, response) => void response.json([]))
  const { url } = await startServer(api)
  const login = await fetch(`${issuer.replace(/\/$/, '')}${tokenPathOf(setUp)}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      ...alice,
      scope: 'contacts.read',
      client_id: webBackend.id,
      client_secret: webBackend.secret,
    }),
  })
  const { access_token } = (await login.json()) as { access_token: string } // the boundary
  const answer = await fetch(`${url}/contacts`, { headers: { authorization: `Bearer ${access_token}` } })
  expect([answer.status, errors.map(String)]).toEqual([200, []])
})

function tokenPathOf({ title }: SetUp): string {
  return title === 'under a path that the issuer has not' ? '/auth' : ''
}
