import type { AddressInfo } from 'node:net'
import express, { type Request, type RequestHandler } from 'express'
import {
  MemoryGrantStore,
  OAuthError,
  oauthPasswordGrant,
  passwordVerifier,
  type AuthenticateUser,
  type ClientRegistration,
  type Grant,
  type Lifetime,
  type OAuthEvent,
  type OAuthPasswordGrant,
  type OAuthPasswordGrantOptions,
} from 'express-oauth-password-grant'
import { grantStoreContract } from 'express-oauth-password-grant/store-contract'

interface Account {
  readonly id: number
  readonly email: string
  readonly roles: readonly string[]
}

const accounts = new Map<string, Account>([['alice', { id: 42, email: 'alice@example.com', roles: ['admin'] }]])
const clients: readonly ClientRegistration[] = [{ id: 'web-backend', secret: 'web-backend-secret-of-32-bytes-or-more' }]
const lifetime: Lifetime = '15m'
// @ts-expect-error a lifetime is no text without a unit that `ms` knows
const noLifetime: Lifetime = '15 fortnights'

const authenticateUser: AuthenticateUser<Account> = (username, password, { client, scope, request }) => {
  const agent: string | undefined = request.get('User-Agent')
  if (username === 'mallory')
    throw new OAuthError('mfa_required', `Not with ${agent ?? client?.id ?? 'the form'} for ${scope}`)
  return password === 'sesame' ? accounts.get(username) : undefined
}

const verifier: AuthenticateUser<Account> = passwordVerifier({
  findUser: (name) => accounts.get(name),
  verify: (hash, password) => hash === password,
  hash: (password) => password,
  hashOf: ({ email }) => email,
  isAllowed: ({ roles }) => roles.length > 0,
})

const events: OAuthEvent[] = []

const options: OAuthPasswordGrantOptions<Account> = {
  issuer: 'http://127.0.0.1',
  audience: ['http://127.0.0.1/contacts', 'http://127.0.0.1/calendar'],
  signingKeys: [{ key: 'signing-secret-of-32-bytes-and-more', algorithm: 'HS256', keyId: 'first' }],
  clients: (id) => clients.find((client) => client.id === id),
  authenticateUser,
  subject: (account) => String(account.id),
  scopes: ['contacts.read', 'contacts.write'],
  defaultScope: ['contacts.read'],
  authorizeScope: ({ user, scope }) => (user.roles.includes('admin') ? scope.split(' ') : []),
  accessTokenLifetime: lifetime,
  accessTokenClaims: ({ user }) => ({ email: user?.email }),
  responseMembers: async ({ subject }) => Promise.resolve({ user_id: subject }),
  refreshTokens: { lifetime: '30d', idleLifetime: 1_209_600 },
  refreshUser: (subject) => [...accounts.values()].find(({ id }) => String(id) === subject),
  grantStore: new MemoryGrantStore({ maxGrants: 1000 }),
  limits: { clientAddress: { limit: 100, window: '1m' }, user: false },
  onError: (error, { requestId }) => {
    console.error(requestId, error)
  },
  onEvent: (event) => {
    events.push(event)
  },
}

// @ts-expect-error audience is required
const incomplete: OAuthPasswordGrantOptions = { issuer: 'http://127.0.0.1', signingKeys: '' }

for (const { run } of grantStoreContract(() => new MemoryGrantStore(), { clock: 'process' })) await run()

const app = express()
const oauth: OAuthPasswordGrant<Account> = oauthPasswordGrant(options)
const handler: RequestHandler = oauth
app.use('/oauth', handler)
app.get('/sessions', async (request: Request, response) => {
  const grants: Grant[] = await oauth.grants.list('42')
  response.json({ path: request.path, clients: grants.map(({ clientId }) => clientId) })
})
app.post('/login', async (request: Request, response) => {
  const { email } = await oauth.authenticate('alice', 'sesame', request)
  response.json({ email, waiting: oauth.passwordChecks.waiting, stopped: oauth.logins.stopped().all })
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/oauth/token`)
})

export { incomplete, noLifetime, verifier }
