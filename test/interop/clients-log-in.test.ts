import { afterAll, describe, expect, test } from 'vitest'
import { decodeJwt } from 'jose'
import { alice, startTokenServer, webBackend } from '../start-server.js'
import { curl } from './clients/curl.js'
import { debianClients } from './clients/debian-clients.js'
import { oauth4webapi } from './clients/oauth4webapi.js'
import { openidClient } from './clients/openid-client.js'
import { simpleOauth2 } from './clients/simple-oauth2.js'
import type { StrangersClient, Way } from './strangers-client.js'

const clients: readonly StrangersClient[] = [
  openidClient,
  oauth4webapi,
  simpleOauth2('strict'),
  simpleOauth2('loose'),
  curl,
  ...debianClients(),
]

/** Client credentials that one encoder writes differently from the next, and yet every client gets through. */
const credentials = [
  { holding: 'a dash, as in web-backend', ...webBackend },
  { holding: 'base64, with +, / and =', id: 'web-backend', secret: 'q83v+Zk0/d3rQx7+4mJ1pT8w/VbN2sLcYh6+uE9gKaI=' },
  {
    holding: 'colons and a tilde in the secret',
    id: 'web-backend',
    secret: 'a:secret:of:five:parts~and:40:characters',
  },
  { holding: 'percent signs and ampersands', id: 'web&backend', secret: '100% of the time & 50% off, by a=b or ?x=y' },
  { holding: 'a space and a slash in the id', id: 'web backend/1', secret: webBackend.secret },
  {
    holding: 'quotes, brackets and marks',
    id: "o'web(backend)*!",
    secret: `'"<{[(secret)]}>"'|\\^\`;,@#$ of 32 bytes`,
  },
]

/** Those that need an encoding, or a way that encodes: raw in a Basic header they would mean something else. */
const credentialsToEncode = [
  { holding: 'a colon in the id', id: 'https://client.example:8443/', secret: webBackend.secret },
  { holding: '+ among unreserved characters', id: 'web+backend', secret: 'plus+signs+and+nothing+else+to+encode' },
  {
    holding: 'what looks like a percent triplet',
    id: 'web%2Dbackend',
    secret: 'literally%41%2B%26-of-32-bytes-or-more',
  },
]

const users = [
  { holding: 'spaces', username: 'alice cooper', password: 'correct horse battery staple' },
  { holding: 'emoji', username: '🦊 fox 👩‍👩‍👧', password: '🔑🐎🔋📎' },
  { holding: 'percent signs and triplets', username: '100%', password: '%41%zz%' },
  { holding: '&, = and +', username: 'alice+tag@example.com', password: 'a=b&c=d+e+f&password=x' },
  { holding: 'umlauts', username: 'jürgen@müller.example', password: 'Größenwahn, äöü ÄÖÜ ß' },
  { holding: 'quotes, colons and slashes', username: `o'neil:"bob"\\`, password: `'";:/\\?#[]@!$()*,~` },
  { holding: 'a space at both ends', username: ' alice ', password: ' open sesame ' },
]

const pairs: readonly (readonly [StrangersClient, Way])[] = clients.flatMap((client) =>
  client.ways.map((way) => [client, way] as const),
)
const inWords = { basic: 'HTTP Basic', body: 'the body', either: 'whichever it finds' }

afterAll(() => {
  for (const client of clients) client.end?.()
})

for (const [client, way] of pairs) {
  describe(`${client.name}, its credentials in ${inWords[way]}`, () => {
    if (client.missing !== undefined) {
      const title = `is installed (apt-get install ${client.missing})`
      // A user's laptop has not every language: the title says what is not there. In CI it must be.
      if (process.env['CI'] === undefined) test.skip(title)
      else test(title, () => expect.fail(title))
      return
    }

    const ask = { way, clientId: webBackend.id, clientSecret: webBackend.secret, ...alice, refresh: false }
    const readable = way === 'body' || client.encodesBasic ? [...credentials, ...credentialsToEncode] : credentials

    test.for(readable)('logs in by client credentials with $holding', async ({ id, secret }) => {
      const { url } = await startTokenServer({ clients: [{ id, secret }] })
      const outcome = await client.exchange({ ...ask, url, clientId: id, clientSecret: secret })
      expect(outcome).not.toHaveProperty('error')
      expect(decodeJwt(outcome.accessToken ?? '')).toMatchObject({ sub: 'alice', client_id: id })
    })

    test.for(users)('logs in a user whose name and password have $holding', async ({ username, password }) => {
      const seen: string[] = []
      const { url } = await startTokenServer({
        authenticateUser: (...given) => {
          seen.push(given[0], given[1])
          return { id: given[0] }
        },
      })
      const outcome = await client.exchange({ ...ask, url, username, password })
      expect(seen).toEqual([username, password])
      expect(decodeJwt(outcome.accessToken ?? '').sub).toBe(username)
    })

    test('asks for a scope and is told which it got', async () => {
      const { url } = await startTokenServer()
      const outcome = await client.exchange({ ...ask, url, scope: 'contacts.read contacts.write' })
      expect(outcome.scope).toBe('contacts.read contacts.write')
      expect(decodeJwt(outcome.accessToken ?? '')['scope']).toBe('contacts.read contacts.write')
    })

    test('reads a wrong password as invalid_grant', async () => {
      const { url } = await startTokenServer()
      expect(await client.exchange({ ...ask, url, password: 'wrong' })).toEqual({ error: 'invalid_grant' })
    })

    test('reads a wrong client secret as invalid_client', async () => {
      const { url } = await startTokenServer()
      const outcome = await client.exchange({ ...ask, url, clientSecret: 'wrong' })
      expect(outcome).toEqual({ error: 'invalid_client' })
    })

    test('reads an unknown scope as invalid_scope', async () => {
      const { url } = await startTokenServer()
      expect(await client.exchange({ ...ask, url, scope: 'nonsense' })).toEqual({ error: 'invalid_scope' })
    })

    test('refreshes what it got', async () => {
      const { url } = await startTokenServer()
      const outcome = await client.exchange({ ...ask, url, scope: 'contacts.read', refresh: true })
      expect(outcome).not.toHaveProperty('error')
      const [first, second] = [outcome.accessToken, outcome.refreshedAccessToken].map((jwt) => decodeJwt(jwt ?? ''))
      expect(second).toMatchObject({ sub: 'alice', scope: 'contacts.read', sid: first?.['sid'] })
      expect(second?.jti).not.toBe(first?.jti)
    })
  })
}
