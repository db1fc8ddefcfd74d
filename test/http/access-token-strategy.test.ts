import type { Express, Request } from 'express'
import passport from 'passport'
import { Strategy as HttpBearerStrategy } from 'passport-http-bearer'
import { expect, test } from 'vitest'
import { resourceServer, type FindTokenUser, type OAuthPasswordGrant } from '../../lib/index.js'
import { logIn } from '../log-in.js'
import { audience, issuer, signingSecret, startTokenServer } from '../start-server.js'

type Handler = (...args: unknown[]) => void

async function startWith(strategyOf: (oauth: OAuthPasswordGrant) => unknown, options: object = {}) {
  const own = new passport.Passport()
  const server = await startTokenServer(
    {},
    {
      after: (app: Express, oauth) => {
        own.use(strategyOf(oauth) as passport.Strategy)
        const guard = own.authenticate('bearer', { session: false, scope: 'contacts.read', ...options }) as Handler
        app.get('/contacts', guard, (request: Request, response) => {
          response.json({ user: request.user, auth: Reflect.get(request, 'auth') as unknown, info: request.authInfo })
        })
      },
    },
  )
  const { access } = await logIn(server.url, { scope: 'contacts.read' })
  const get = (token?: string) =>
    fetch(`${server.url}/contacts`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return { ...server, get, token: access }
}

const ways: [string, (oauth: OAuthPasswordGrant, findUser?: FindTokenUser) => unknown][] = [
  ['oauth.accessTokenStrategy()', (oauth, findUser) => oauth.accessTokenStrategy(findUser)],
  [
    'resourceServer({ issuer, audience, … }).accessTokenStrategy()',
    (_, findUser) => resourceServer({ issuer, audience, secret: signingSecret }).accessTokenStrategy(findUser),
  ],
]

test.each(ways)("%s serves passport.authenticate('bearer')", async (_title, strategyOf) => {
  const { get, token } = await startWith(strategyOf)
  const answer = await get(token)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    user: { id: 'alice' },
    auth: { payload: { sub: 'alice' }, token },
    info: { payload: { sub: 'alice' } },
  })
  const nothing = await get()
  expect([nothing.status, nothing.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="oauth"'])
  const wrong = await get(`${token.slice(0, -4)}AAAA`)
  expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([
    401,
    expect.stringMatching(/^Bearer realm="oauth", error="invalid_token"/),
  ])
})

test.each(ways)('%s finds the user, and refuses where there is none', async (_title, strategyOf) => {
  const known = await startWith((oauth) =>
    strategyOf(oauth, ({ payload }) => Promise.resolve({ name: payload['sub'] })),
  )
  expect(await (await known.get(known.token)).json()).toMatchObject({ user: { name: 'alice' } })
  for (const nobody of [false, null, undefined]) {
    const unknown = await startWith((oauth) => strategyOf(oauth, () => nobody))
    expect((await unknown.get(unknown.token)).status).toBe(401)
  }
  const broken = await startWith((oauth) => strategyOf(oauth, () => Promise.reject(new Error('the database is down'))))
  expect((await broken.get(broken.token)).status).toBe(500)
})

test('The scope of a route is required, and 403 says that it was too little.', async () => {
  const { get, token } = await startWith((oauth) => oauth.accessTokenStrategy(), {
    scope: ['contacts.read', 'contacts.write'],
  })
  expect((await get(token)).status).toBe(403)
})

test('A route may ask for a living grant.', async () => {
  const { get, token, oauth } = await startWith((one) => one.accessTokenStrategy(), { checkRevocation: true })
  expect((await get(token)).status).toBe(200)
  await oauth.grants.revokeAll('alice')
  expect((await get(token)).status).toBe(401)
})

test('passport-http-bearer takes our tokens where its verify asks jose.', async () => {
  const { jwtVerify } = await import('jose')
  const secret = new TextEncoder().encode(signingSecret)
  const { get, token } = await startWith(
    () =>
      new HttpBearerStrategy((presented, done) => {
        jwtVerify(presented, secret, { typ: 'at+jwt', issuer, audience, algorithms: ['HS256'] }).then(
          ({ payload }) => {
            done(null, { id: payload.sub }, { scope: String(payload['scope']) })
          },
          () => {
            done(null, false)
          },
        )
      }),
  )
  expect(await (await get(token)).json()).toMatchObject({ user: { id: 'alice' } })
  expect((await get('nonsense')).status).toBe(401)
})
